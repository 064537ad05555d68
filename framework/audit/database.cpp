#include <candela/audit/database.hpp>
#include <candela/audit/detail/blocking_database.hpp>
#include <candela/audit/detail/table.hpp>

namespace candela::audit {

namespace {

using texts = std::vector<std::string>;
using answer = std::expected<texts, std::string>;

constexpr db::statement all_streams{"SELECT DISTINCT stream FROM candela_audit ORDER BY stream", db::read_only};
constexpr db::statement of_request{"SELECT line FROM candela_audit WHERE id = $1 OR txn = $1 ORDER BY stream, seq",
                                   db::read_only};

// What is given stands in an arena that is cleared next.
answer copied(const std::expected<db::list<std::string_view>, db::error>& given) {
  if (!given) return std::unexpected(given.error().text());
  return texts(given->begin(), given->end());
}

task<answer> ask_streams(db::database data) {
  const auto given = co_await data.query_as<std::string_view>(all_streams);
  co_return copied(given);
}

task<answer> ask_records(db::database data, std::string_view id) {
  const auto given = co_await data.query_as<std::string_view>(of_request, id);
  co_return copied(given);
}

task<answer> ask_lines(db::database data, std::string_view stream, std::uint64_t from) {
  const auto given = co_await data.query_as<std::string_view>(detail::lines_from, stream, from, detail::page_lines);
  co_return copied(given);
}

}  // namespace

database_reader::database_reader(const std::string& url)
    : database_(std::make_unique<detail::blocking_database>(url)) {}
database_reader::~database_reader() = default;

answer database_reader::streams() {
  database_->clear();
  return database_->wait(ask_streams(database_->data()));
}

answer database_reader::lines(const std::string& stream, std::uint64_t from) {
  database_->clear();
  return database_->wait(ask_lines(database_->data(), stream, from));
}

answer database_reader::records_of(const std::string& id) {
  database_->clear();
  return database_->wait(ask_records(database_->data(), id));
}

}  // namespace candela::audit
