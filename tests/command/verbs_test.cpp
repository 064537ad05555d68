#include <doctest/doctest.h>
#include <candela/command/detail/verb.hpp>

#include <cstdio>
#include <vector>

#include "asking.hpp"

using namespace candela::command;

TEST_CASE("an unknown verb is one line that lists the known ones") {
  const answer given = ask({"dance"});
  CHECK(given.status == usage_error);
  CHECK(given.out == "");
  CHECK(given.error ==
        "candela: there is no verb \"dance\"; there are: new, routes, migrate, keys, jwt, jose, chain, audit, version, "
        "help\n");
}

TEST_CASE("no verb at all shows what there is, as a mistake") {
  const answer given = ask({});
  CHECK(given.status == usage_error);
  CHECK(given.error == overview());
}

TEST_CASE("help lists every verb on the standard output stream") {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"help"}, {"--help"}, {"-h"}, {"help", "--help"}}) {
    const answer given = ask(words);
    CHECK(given.status == success);
    CHECK(given.out == overview());
    CHECK(given.error == "");
  }
  for (const verb& each : verbs()) CHECK(overview().find("\n  " + std::string(each.name)) != std::string::npos);
}

TEST_CASE("every verb explains itself") {
  for (const verb& each : verbs()) {
    const answer given = ask({"help", std::string(each.name)});
    CHECK_MESSAGE(given.status == success, each.name);
    CHECK_MESSAGE(given.out != "", each.name);
    CHECK_MESSAGE(given.error == "", each.name);
  }
}

TEST_CASE("every action of a verb explains itself, and is listed by it") {
  const std::vector<std::pair<std::string, std::vector<std::string>>> all{
      {"keys", {"generate", "show", "thumbprint", "convert", "check", "authority", "record"}},
      {"jwt", {"inspect", "mint", "verify"}},
      {"jose", {"sign", "verify", "encrypt", "decrypt"}},
      {"chain", {"mint", "show", "verify"}},
      {"audit", {"verify", "show", "schema"}},
  };
  for (const auto& [verb, actions] : all) {
    const std::string overview = ask({verb, "--help"}).out;
    for (const std::string& action : actions) {
      CHECK_MESSAGE(overview.find("\n  " + action + ' ') != std::string::npos, action);
      const answer given = ask({"help", verb, action});
      CHECK(given.status == success);
      CHECK_MESSAGE(given.out.find("Usage: candela " + verb + ' ' + action) != std::string::npos, given.out);
      CHECK(given.error == "");
    }
    CHECK(ask({verb}).status == usage_error);
    CHECK(ask({verb}).error == overview);
    const answer unknown = ask({verb, "dance"});
    CHECK(unknown.status == usage_error);
    CHECK(
        unknown.error.starts_with("candela " + verb + ": there is no action \"dance\"; there are: " + actions.front()));
  }
}

TEST_CASE("help about an unknown verb is a mistake") { CHECK(ask({"help", "dance"}).status == usage_error); }

TEST_CASE("the version names this candela's headers and compiler") {
  const answer given = ask({"version"});
  CHECK(given.status == success);
  CHECK(given.out.starts_with("candela "));
  CHECK(given.out.find(" headers ") != std::string::npos);
}

TEST_CASE("what a verb does not take is one line about that") {
  const answer given = ask({"version", "--louder"});
  CHECK(given.status == usage_error);
  CHECK(given.out == "");
  CHECK(given.error == "candela version: unknown option --louder (see candela version --help)\n");
}

TEST_CASE("the first word that is not understood is told, and what an option lacks") {
  const std::pair<std::vector<std::string>, const char*> mistakes[] = {
      {{"--bogus", "1"}, "unknown option --bogus"},
      {{"--bogus=1"}, "unknown option --bogus"},
      {{"one", "two", "--bogus"}, "unknown option --bogus"},
      {{"-k", "one"}, "unknown option -k"},
      {{"one", "two", "three"}, "unexpected argument two"},
      {{"--key"}, "--key needs a value: --key FILE"},
      {{"--max-bytes", "many"}, "--max-bytes: takes a number, not many"},
      {{"--max-bytes", "-1"}, "--max-bytes: takes a number, not -1"},
      {{"--max-bytes", "1", "--max-bytes", "2"}, "--max-bytes is given twice"}};
  for (const auto& [given, complaint] : mistakes) {
    std::vector<std::string> words{"jose", "verify"};
    words.insert(words.end(), given.begin(), given.end());
    const answer refused = ask(words);
    CHECK(refused.status == usage_error);
    CHECK(refused.error == "candela jose verify: " + std::string(complaint) + " (see candela jose verify --help)\n");
  }
  // Whoever misspells an option has not left it out.
  CHECK(ask({"routes", "--confg"}).error == "candela routes: unknown option --confg (see candela routes --help)\n");
}

TEST_CASE("a new service needs a name, and one that can be") {
  answer given = ask({"new"});
  CHECK(given.status == usage_error);
  CHECK(given.error == "candela new: NAME is required (see candela new --help)\n");

  given = ask({"new", "Orders"});
  CHECK(given.status == usage_error);
  CHECK(given.error.find("unlike \"Orders\"") != std::string::npos);
}

TEST_CASE("a new service lands in the folder that was asked for, and the next steps are shown") {
  const scratch here;
  const std::string folder = here / "somewhere";
  const answer given = ask({"new", "orders", "--dir", folder});
  CHECK(given.status == success);
  CHECK(given.out.find("cd " + folder + "\n") != std::string::npos);
  CHECK(std::filesystem::exists(here / "somewhere/CMakeLists.txt"));

  const answer again = ask({"new", "orders", "--dir", folder});
  CHECK(again.status == failure);
  CHECK(again.error == "candela new: the folder " + folder + " exists and is not empty\n");
}

TEST_CASE("routes of a program that cannot run are one line with the reason") {
  const scratch here;
  const std::string program = here / "missing";
  const answer given = ask({"routes", program});
  CHECK(given.status == failure);
  CHECK(given.error == "candela routes: cannot run " + program + ": No such file or directory\n");
}
