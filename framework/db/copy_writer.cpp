#include <algorithm>
#include <candela/db/copy_writer.hpp>
#include <candela/db/detail/copy_run.hpp>
#include <candela/db/postgres/detail/copy_text.hpp>
#include <candela/db/postgres/detail/parameter_encoding.hpp>
#include <new>
#include <string>

namespace candela::db {

class copy_writer::state final : public detail::copy_run {
 public:
  state(const session_context& context, db::session& on, std::string_view sql)
      : copy_run(context, on, copying::in, sql) {
    buffer_.reserve(full);
  }

  /// Keeps what fits of the bytes. True when that is all, and nothing has to be sent.
  [[nodiscard]] bool take(std::string_view& left) {
    if (!check()) return true;
    fill(left);
    return buffer_.size() < full;
  }
  [[nodiscard]] bool send(std::string_view left, std::coroutine_handle<> waiting) {
    left_ = left;
    script = buffer_;
    return step(waiting);
  }
  [[nodiscard]] bool finish(std::coroutine_handle<> waiting) {
    copy_ends = true;
    return send({}, waiting);
  }
  void append(std::span<const parameter> row) {
    if (!check()) return;
    const std::size_t begin = buffer_.size();
    const std::size_t refused = postgres::append_copy_row(buffer_, row);
    if (refused == row.size()) return;
    buffer_.resize(begin);
    fail(error(errc::wrong_type, "value " + std::to_string(refused + 1) +
                                     " of a row cannot be sent: " + std::string(postgres::refusal(row[refused]))));
  }
  void run_out() noexcept { fail(error(errc::out_of_memory)); }
  /// Whether it goes on; otherwise there is a failure.
  bool check() {
    if (!more) fail(error(errc::unsupported, "the COPY has ended"));
    return !failure;
  }
  [[nodiscard]] std::uint64_t rows() const noexcept { return affected; }

 private:
  static constexpr std::size_t full = 64 * 1024;

  // Never beyond what was reserved.
  void fill(std::string_view& left) {
    const std::size_t room = std::min(full - std::min(full, buffer_.size()), left.size());
    buffer_.append(left.substr(0, room));
    left.remove_prefix(room);
  }
  bool goes_on(std::coroutine_handle<> waiting) noexcept override {
    buffer_.clear();
    fill(left_);
    return buffer_.size() == full && send(left_, waiting);
  }

  std::string buffer_;
  std::string_view left_;  // of the bytes whose await goes on
};

copy_writer::copy_writer(std::unique_ptr<state> opened) noexcept : state_(std::move(opened)) {}
copy_writer::copy_writer(copy_writer&&) noexcept = default;
copy_writer& copy_writer::operator=(copy_writer&&) noexcept = default;
copy_writer::~copy_writer() = default;

void copy_writer::append_row(std::span<const parameter> values) try {
  state_->append(values);
} catch (const std::bad_alloc&) {
  state_->run_out();
}

bool copy_writer::write_await::await_ready() { return copy_.take(left_); }

bool copy_writer::write_await::await_suspend(std::coroutine_handle<> waiting) { return copy_.send(left_, waiting); }

std::expected<void, error> copy_writer::write_await::await_resume() const {
  if (copy_.failed()) return std::unexpected(*copy_.failed());
  return {};
}

bool copy_writer::finish_await::await_ready() { return !copy_.check(); }

bool copy_writer::finish_await::await_suspend(std::coroutine_handle<> waiting) { return copy_.finish(waiting); }

std::expected<std::uint64_t, error> copy_writer::finish_await::await_resume() const {
  if (copy_.failed()) return std::unexpected(*copy_.failed());
  return copy_.rows();
}

task<std::expected<copy_writer, error>> dedicated::copy_in(const statement& what) {
  std::expected<void, error> possible = check_copy();
  if (!possible) co_return std::unexpected(std::move(possible).error());
  auto opened = std::make_unique<copy_writer::state>(session_part(), *session_, what.text());
  detail::copy_run::opening agreed{*opened};
  if (!co_await agreed) co_return std::unexpected(*opened->failed());
  co_return copy_writer(std::move(opened));
}

}  // namespace candela::db
