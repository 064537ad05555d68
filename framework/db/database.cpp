#include <candela/db/database.hpp>

namespace candela::db {

namespace {

constexpr statement anything{"SELECT 1", read_only};

}  // namespace

task<std::expected<void, error>> ping(driver& asked, cancel_token token) {
  arena memory;
  const database handle(asked, memory, token);
  auto answer = co_await handle.execute(anything);
  if (!answer) co_return std::unexpected(std::move(answer).error());
  co_return std::expected<void, error>();
}

}  // namespace candela::db
