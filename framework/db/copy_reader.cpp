#include <candela/db/copy_reader.hpp>
#include <candela/db/detail/copy_run.hpp>
#include <new>
#include <string>
#include <vector>

namespace candela::db {

class copy_reader::state final : public detail::copy_run {
 public:
  state(const session_context& context, db::session& on, std::string_view sql)
      : copy_run(context, on, copying::out, sql) {
    on_row = [](operation& self, std::uint32_t, const cell* cells) noexcept {
      static_cast<state&>(self).keep(cells->bytes());
    };
  }

  /// Nothing has to be waited for.
  [[nodiscard]] bool is_ready() const noexcept { return at_ != bytes_.size() || !is_open(); }
  [[nodiscard]] bool ask(std::coroutine_handle<> waiting) {
    asked_ = true;
    bytes_.clear();
    ends_.clear();
    at_ = row_ = 0;
    return step(waiting);
  }
  /// Empty at the end.
  [[nodiscard]] std::string_view take(bool one_row) noexcept {
    const std::size_t begin = at_;
    if (begin == bytes_.size()) return {};
    at_ = one_row ? ends_[row_++] : bytes_.size();
    return std::string_view(bytes_).substr(begin, at_ - begin);
  }

 private:
  void keep(std::string_view row) noexcept try {
    if (failure || row.empty()) return;
    bytes_.append(row);
    ends_.push_back(bytes_.size());
  } catch (const std::bad_alloc&) {
    fail(error(errc::out_of_memory));
  }
  // Messages without a byte are none to wake anybody for.
  bool goes_on(std::coroutine_handle<> waiting) noexcept override { return asked_ && bytes_.empty() && step(waiting); }

  std::string bytes_;
  std::vector<std::size_t> ends_;  // of each row
  std::size_t at_ = 0;             // what stands before was taken
  std::size_t row_ = 0;
  bool asked_ = false;
};

copy_reader::copy_reader(std::unique_ptr<state> opened) noexcept : state_(std::move(opened)) {}
copy_reader::copy_reader(copy_reader&&) noexcept = default;
copy_reader& copy_reader::operator=(copy_reader&&) noexcept = default;
copy_reader::~copy_reader() = default;

bool copy_reader::next_await::await_ready() const noexcept { return copy_.is_ready(); }

bool copy_reader::next_await::await_suspend(std::coroutine_handle<> waiting) { return copy_.ask(waiting); }

std::expected<std::optional<std::string_view>, error> copy_reader::next_await::await_resume() {
  const std::string_view taken = copy_.take(one_row_);
  if (!taken.empty()) return taken;
  if (copy_.failed()) return std::unexpected(*copy_.failed());
  return std::nullopt;
}

task<std::expected<copy_reader, error>> dedicated::copy_out(const statement& what) {
  std::expected<void, error> possible = check_copy();
  if (!possible) co_return std::unexpected(std::move(possible).error());
  auto opened = std::make_unique<copy_reader::state>(session_part(), *session_, what.text());
  detail::copy_run::opening agreed{*opened};
  if (!co_await agreed) co_return std::unexpected(*opened->failed());
  co_return copy_reader(std::move(opened));
}

}  // namespace candela::db
