// One line for each verb: what is not listed here is not there.
#include <algorithm>
#include <candela/command/detail/verb.hpp>
#include <cstdio>

namespace candela::command {

namespace {

bool asks_for_help(std::string_view word) { return word == "--help" || word == "-h"; }

const verb* find(std::string_view name) noexcept {
  const auto found = std::ranges::find(verbs(), name, &verb::name);
  return found == verbs().end() ? nullptr : &*found;
}

std::string names() {
  std::string list;
  for (const verb& each : verbs()) list.append(list.empty() ? "" : ", ").append(each.name);
  return list;
}

}  // namespace

std::span<const verb> verbs() noexcept {
  static constexpr verb all[] = {
      {"new", "NAME [--dir FOLDER]", "makes a new service, ready to build and run", make_service},
      {"routes", "[--config FILE] PROGRAM", "lists the routes of a service, with their stages", show_routes},
      {"migrate", "[--url URL] [--folder DIR] [--check]", "brings a database up to its SQL files", migrate},
      {"keys", "generate|show|thumbprint|convert|check|...", "makes keys and looks after them", run_keys},
      {"jwt", "inspect|mint|verify", "makes tokens and says what is wrong with them", run_jwt},
      {"jose", "sign|verify|encrypt|decrypt --key FILE", "works on signed and encrypted messages", run_jose},
      {"chain", "mint|show|verify", "works on chains of calls that services sign", run_chain},
      {"audit", "verify|show|schema", "proves that audit trails are whole, and shows what is in them", run_audit},
      {"version", "", "says which candela this is", show_version},
      {"help", "[VERB]", "shows what a verb takes", help},
  };
  return all;
}

int run(arguments given) {
  if (given.empty()) {
    std::fputs(overview().c_str(), stderr);
    return usage_error;
  }
  const std::string& name = given.front();
  if (asks_for_help(name)) return help({});
  if (const verb* wanted = find(name)) return wanted->run(given.subspan(1));
  std::fprintf(stderr, "candela: there is no verb \"%s\"; there are: %s\n", name.c_str(), names().c_str());
  return usage_error;
}

}  // namespace candela::command
