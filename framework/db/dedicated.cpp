#include <candela/db/dedicated.hpp>
#include <string>

namespace candela::db {

namespace {

// A script as an operation: no parameters, no rows.
class script_await : public operation_await {
 public:
  script_await(const query_context& context, std::string_view sql) : operation_await(context) { script = sql; }
  std::expected<void, error> await_resume() {
    if (failure) return std::unexpected(std::move(*failure));
    return {};
  }
};

}  // namespace

task<std::expected<void, error>> dedicated::script(std::string_view sql) {
  script_await ran(context(), sql);
  co_return co_await ran;
}

task<std::expected<void, error>> dedicated::listen(std::string_view channel) {
  constexpr std::size_t longest_name = 63;  // the server would cut it, and nothing would ever come
  if (home_->dialect() != dialect::postgres) {
    co_return std::unexpected(error(errc::unsupported, "the database has no notifications"));
  }
  if (channel.empty() || channel.size() > longest_name || channel.find('\0') != std::string_view::npos) {
    co_return std::unexpected(error(errc::wrong_type, "the name of a channel has 1 to 63 bytes, none of them NUL"));
  }
  std::string sql = "LISTEN \"";
  for (const char letter : channel) sql.append(letter == '"' ? 2 : 1, letter);
  sql += '"';
  mark_altered();
  script_await ran(context(), sql);
  co_return co_await ran;
}

std::expected<void, error> dedicated::check_copy() const {
  if (home_->dialect() == dialect::postgres) return {};
  return std::unexpected(error(errc::unsupported, "the database has no COPY"));
}

session_await::session_await(const session_context& context, bool for_reading) noexcept : context_(context) {
  deadline = context.deadline;
  reads_only = for_reading;
  on_done = [](session_request& self) noexcept {
    auto& await = static_cast<session_await&>(self);
    await.pending_ = false;
    await.registration_.disarm();
    await.waiting_.resume();
  };
}

session_await::~session_await() {
  if (pending_) context_.home.withdraw(*this);
  if (granted != nullptr) context_.home.release(*granted, false);
}

bool session_await::await_ready() {
  if (context_.token.cancelled()) failure.emplace(errc::cancelled);
  return failure.has_value();
}

bool session_await::await_suspend(std::coroutine_handle<> waiting) {
  waiting_ = waiting;
  pending_ = context_.home.acquire(*this);
  if (!pending_) return false;
  const auto called = [](void* self) noexcept { static_cast<session_await*>(self)->cancel(); };
  static_cast<void>(registration_.arm(context_.token, called, this));
  return true;
}

void session_await::cancel() noexcept {
  pending_ = false;
  context_.home.withdraw(*this);
  failure.emplace(errc::cancelled);
  waiting_.resume();
}

std::expected<dedicated, error> session_await::await_resume() {
  if (failure) return std::unexpected(std::move(*failure));
  return dedicated(context_, *std::exchange(granted, nullptr));
}

}  // namespace candela::db
