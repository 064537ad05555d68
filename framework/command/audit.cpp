// candela audit verify|show|schema
#include <candela/audit/sink.hpp>
#include <candela/command/detail/action.hpp>
#include <candela/command/detail/arguments.hpp>
#include <candela/command/detail/audit_actions.hpp>
#include <cstdio>

namespace candela::command {

namespace {

int show_schema(arguments given) {
  argument_list takes("candela audit schema",
                      "Shows the migration that makes the table for audit trails, to be kept with a service's others.");
  if (const auto ended = takes.read(given)) return *ended;
  std::fwrite(audit::table_sql().data(), 1, audit::table_sql().size(), stdout);
  return success;
}

}  // namespace

int run_audit(arguments given) {
  static constexpr action all[] = {
      {"verify", "[--key PUBLIC]... PLACE...", "proves that no record was changed, removed or moved", verify_trails},
      {"show", "ID [PLACE]...", "draws the way of one request through the services", show_request},
      {"schema", "", "shows the SQL of the table for trails in a database", show_schema},
  };
  return run_action("audit", all, given);
}

}  // namespace candela::command
