// `${NAME}` in scalars.
#include <doctest/doctest.h>

#include "support.hpp"

namespace candela::config {

namespace {

const environment table = variables({{"PORT", "8080"},
                                     {"HOST", "db.example"},
                                     {"EMPTY", ""},
                                     {"NOTHING", "null"},
                                     {"EVIL", "x\nadmin: true\n[{"},
                                     {"NESTED", "${PORT}"},
                                     {"SECRET", "hunter2"}});

struct replacement {
  std::string scalar;
  std::string result;
};

}  // namespace

TEST_CASE("variables are replaced inside scalars") {
  const replacement cases[] = {
      {"${HOST}", "db.example"},
      {"${HOST}:${PORT}", "db.example:8080"},
      {"http://${HOST}:${PORT}/x", "http://db.example:8080/x"},
      {"${UNSET:default}", "default"},
      {"${HOST:default}", "db.example"},
      {"${UNSET:http://a:1/b}", "http://a:1/b"},
      {"'${EMPTY:default}'", ""},
      {"'${UNSET:}'", ""},
      {"$${HOST}", "${HOST}"},
      {"$${${HOST}}", "${db.example}"},
      {"a$b $ c", "a$b $ c"},
      {"$HOST", "$HOST"},
      {"${NESTED}", "${PORT}"},
      {"\"${HOST}\"", "db.example"},
  };
  for (const auto& [scalar, result] : cases) {
    CAPTURE(scalar);
    CHECK(parse(std::string("a: ") + scalar, table).get("a").as_string() == result);
  }
}

TEST_CASE("an unquoted scalar has the type of the text that replaces it") {
  CHECK(parse("a: ${PORT}", table).get("a").as_integer() == 8080);
  CHECK(parse("a: ${UNSET:true}", table).get("a").as_boolean());
  CHECK(parse("a: 1${UNSET:5}", table).get("a").as_integer() == 15);
  CHECK(parse("a: ${EMPTY}", table).get("a").is_null());
  CHECK(parse("a: ${NOTHING}", table).get("a").is_null());
  CHECK(parse("a: ${UNSET:}", table).get("a").is_null());
}

TEST_CASE("a quoted scalar stays a string") {
  CHECK(parse("a: '${NOTHING}'", table).get("a").as_string() == "null");
  CHECK(failure([] { return parse("a: \"${PORT}\"", table).get("a").as_integer(); }) ==
        "service.yml:1:4: a: expected an integer, found a value from the environment (write it without quotes)");
}

TEST_CASE("a value never adds structure to the document") {
  const node root = parse("a: ${EVIL}\nb: 1\n", table);
  CHECK(root.members().size() == 2);
  CHECK(root.get("a").as_string() == "x\nadmin: true\n[{");
}

TEST_CASE("keys are left as they are") { CHECK(parse("${HOST}: 1", table).members()[0].key == "${HOST}"); }

TEST_CASE("a substitution that cannot be made names file, line, column, key and variable") {
  const replacement cases[] = {
      {"server:\n  port: ${UNSET}\n",
       "service.yml:2:9: server.port: the environment variable UNSET is not set and ${UNSET} has no default"},
      {"list:\n- x\n- ${UNSET}\n",
       "service.yml:3:3: list[1]: the environment variable UNSET is not set and ${UNSET} has no default"},
      {"a: ${HOST", "service.yml:1:4: a: \"${\" has no closing \"}\" (write $${ for the text ${)"},
      {"a: ${}", "service.yml:1:4: a: \"\" is not the name of a variable (write $${ for the text ${)"},
      {"a: ${1A}", "service.yml:1:4: a: \"1A\" is not the name of a variable (write $${ for the text ${)"},
      {"a: ${A B:c}", "service.yml:1:4: a: \"A B\" is not the name of a variable (write $${ for the text ${)"},
  };
  for (const auto& [text, message] : cases) {
    CAPTURE(text);
    CHECK(failure([&] { return parse(text, table); }) == message);
  }
}

TEST_CASE("a scalar that grows without end is refused") {
  const environment large = variables({{"LARGE", std::string(400'000, 'x')}});
  CHECK(failure([&] { return parse("a: ${LARGE}${LARGE}${LARGE}", large); }) ==
        "service.yml:1:4: a: the value becomes too long with ${LARGE}");
}

TEST_CASE("an error never shows a value from the environment") {
  const node root = parse("a: ${SECRET}\nb: x${SECRET}\nc: [\"${SECRET}\"]\nd: ${UNSET:in the file}\n", table);
  const std::string messages[] = {
      failure([&] { return root.get("a").as_integer(); }),
      failure([&] { return root.get("b").as_duration(); }),
      failure([&] { return root.get("c").items()[0].as_boolean(); }),
      failure([&] { return root.get("a").as_named().options.unexpected("a map"), 0; }),
      failure([&] {
        constexpr std::string_view names[] = {"hunter1"};
        return root.get("a").as_choice(names);
      }),
  };
  for (const std::string& message : messages) {
    CAPTURE(message);
    CHECK(!message.empty());
    CHECK(message.find("hunter2") == std::string::npos);
    CHECK(message.find("did you mean") == std::string::npos);
  }
  CHECK(failure([&] { return root.get("d").as_integer(); }) ==
        "service.yml:4:4: d: expected an integer, found \"in the file\"");
}

TEST_CASE("the process's environment is read by name") {
  CHECK(process_environment()("PATH").has_value());
  CHECK(!process_environment()("CANDELA_NO_SUCH_VARIABLE_IS_SET").has_value());
}

}  // namespace candela::config
