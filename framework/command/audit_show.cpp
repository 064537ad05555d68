// candela audit show: what became of one request, in every service whose trail is here.
#include <candela/command/detail/action.hpp>
#include <candela/command/detail/arguments.hpp>
#include <candela/command/detail/audit_actions.hpp>
#include <candela/command/detail/call_tree.hpp>
#include <cstdio>
#include <string>
#include <vector>

namespace candela::command {

int show_request(arguments given) {
  argument_list takes("candela audit show",
                      "Draws the way of one request: on whose behalf, through which services, what each decided. It "
                      "shows what is written, and proves nothing: that is for `candela audit verify`.");
  std::string id;
  std::vector<std::string> places;
  std::string database;
  takes.word("ID", id, "its correlation id, or the transaction of its chain");
  takes.words("PLACE", places, "files of trails, or folders with them; otherwise the folder that this is");
  takes.option("--db", database, "the database that has trails", "URL");
  if (const auto ended = takes.read(given)) return *ended;
  if (id.empty()) throw misuse("an empty id is nobody's");
  if (places.empty() && database.empty()) places.emplace_back(".");
  std::vector<shown_request> found = find_requests(trails_in(places), id);
  if (!database.empty()) {
    for (shown_request& each : find_requests(database, id)) found.push_back(std::move(each));
  }
  if (found.empty()) throw std::runtime_error("there is no record of " + printable(id));
  std::fputs(draw_calls(found).c_str(), stdout);
  std::fflush(stdout);
  // Not among what others may read from here.
  std::fputs("Shown as it is written, unverified: `candela audit verify` proves that no record was changed.\n", stderr);
  return success;
}

}  // namespace candela::command
