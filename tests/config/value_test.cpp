// Nodes read as types: what is accepted, and the words for what is not.
#include <array>
#include <chrono>
#include <limits>

#include <doctest/doctest.h>

#include "support.hpp"

namespace candela::config {

namespace {

using namespace std::chrono_literals;

node value(std::string_view scalar) { return parse(std::string("a: ") + std::string(scalar)).get("a"); }

template <class Type>
struct accepted {
  std::string scalar;
  Type value;
};

struct refused {
  std::string scalar;
  std::string message;
};

// Every message starts with the place and the path, which are the same for all scalars here.
template <std::size_t Count, class Read>
void check_refused(const refused (&cases)[Count], Read read) {
  for (const auto& [scalar, message] : cases) {
    CAPTURE(scalar);
    const node read_from = value(scalar);
    CHECK(failure([&] { return read(read_from); }) == to_string(read_from.where()) + ": a: " + message);
  }
}

}  // namespace

TEST_CASE("booleans are the words true and false") {
  const accepted<bool> cases[] = {{"true", true}, {"false", false}, {"True", true}, {"FALSE", false}};
  for (const auto& [scalar, expected] : cases) CHECK(value(scalar).as_boolean() == expected);
  const refused bad[] = {
      {"yes", "expected true or false, found \"yes\""},
      {"1", "expected true or false, found \"1\""},
      {"'true'", "expected true or false, found the string \"true\" (write it without quotes)"},
      {"[true]", "expected true or false, found a list"},
      {"{x: true}", "expected true or false, found a map"},
      {"~", "expected true or false, found nothing"},
  };
  check_refused(bad, [](const node& from) { return from.as_boolean(); });
}

TEST_CASE("integers are decimal and within 64 bits") {
  const accepted<std::int64_t> cases[] = {
      {"0", 0},
      {"-0", 0},
      {"7", 7},
      {"+7", 7},
      {"-7", -7},
      {"9223372036854775807", std::numeric_limits<std::int64_t>::max()},
      {"-9223372036854775808", std::numeric_limits<std::int64_t>::min()},
  };
  for (const auto& [scalar, expected] : cases) CHECK(value(scalar).as_integer() == expected);
  for (const char* scalar : {"many", "1.0", "1e3", "0x10", "010", "-01", "1_000", "+-1", "--1", "+", "1 2",
                             "9223372036854775808", "-9223372036854775809", "99999999999999999999", "10k"}) {
    CAPTURE(scalar);
    CHECK(failure([&] { return value(scalar).as_integer(); }) ==
          std::string("service.yml:1:4: a: expected an integer, found \"") + scalar + "\"");
  }
  const refused quoted[] = {{"'7'", "expected an integer, found the string \"7\" (write it without quotes)"}};
  check_refused(quoted, [](const node& from) { return from.as_integer(); });
}

TEST_CASE("an integer outside its range is refused with the range") {
  CHECK(value("1").as_integer({1, 1000000}) == 1);
  CHECK(value("1000000").as_integer({1, 1000000}) == 1000000);
  const refused bounded[] = {{"0", "expected an integer from 1 to 1000000, found \"0\""},
                             {"1000001", "expected an integer from 1 to 1000000, found \"1000001\""},
                             {"many", "expected an integer from 1 to 1000000, found \"many\""}};
  check_refused(bounded, [](const node& from) { return from.as_integer({1, 1000000}); });
  const refused low[] = {{"-1", "expected an integer of at least 0, found \"-1\""}};
  check_refused(low, [](const node& from) { return from.as_integer({.low = 0}); });
  const refused high[] = {{"11", "expected an integer of at most 10, found \"11\""}};
  check_refused(high, [](const node& from) { return from.as_integer({.high = 10}); });
}

TEST_CASE("numbers are finite decimals") {
  const accepted<double> cases[] = {{"0.5", 0.5}, {"-2", -2}, {"+1.25", 1.25}, {"1e3", 1000}, {"2.5E-1", 0.25}};
  for (const auto& [scalar, expected] : cases) CHECK(value(scalar).as_number() == expected);
  for (const char* scalar : {".inf", "-.inf", ".nan", "nan", "inf", "1e999", "1,5", "0x1p3", "+-1", "half"}) {
    CAPTURE(scalar);
    CHECK(failure([&] { return value(scalar).as_number(); }) ==
          std::string("service.yml:1:4: a: expected a number, found \"") + scalar + "\"");
  }
  const refused ranged[] = {{"1.5", "expected a number from 0 to 1, found \"1.5\""}};
  check_refused(ranged, [](const node& from) { return from.as_number({0, 1}); });
}

TEST_CASE("strings are the text of any scalar, as it is written") {
  const accepted<const char*> cases[] = {
      {"x", "x"},   {"1.10", "1.10"}, {"true", "true"},  {"007", "007"},
      {"'~'", "~"}, {"\"\"", ""},     {"'a''b'", "a'b"}, {"\"\\u00e4\"", "\xC3\xA4"}};
  for (const auto& [scalar, expected] : cases) CHECK(value(scalar).as_string() == expected);
  const refused bad[] = {{"~", "expected a string, found nothing"},
                         {"[x]", "expected a string, found a list"},
                         {"{x: y}", "expected a string, found a map"}};
  check_refused(bad, [](const node& from) { return from.as_string(); });
}

TEST_CASE("a list of strings may be one string or nothing") {
  using texts = std::vector<std::string>;
  CHECK(value("[a, 'b', 3]").as_strings() == texts{"a", "b", "3"});
  CHECK(value("a").as_strings() == texts{"a"});
  CHECK(value("~").as_strings().empty());
  CHECK(failure([] { return value("{x: y}").as_strings(); }) ==
        "service.yml:1:4: a: expected a list of strings, found a map");
  CHECK(failure([] { return value("[x, [y]]").as_strings(); }) ==
        "service.yml:1:8: a[1]: expected a string, found a list");
}

TEST_CASE("sizes are bytes, in decimal or binary units") {
  const accepted<std::uint64_t> cases[] = {
      {"0", 0},
      {"4096", 4096},
      {"512B", 512},
      {"10KB", 10'000},
      {"10kB", 10'000},
      {"64KiB", 65'536},
      {"64 KiB", 65'536},
      {"10MB", 10'000'000},
      {"1MiB", 1'048'576},
      {"2GB", 2'000'000'000},
      {"1GiB", 1'073'741'824},
      {"3TB", 3'000'000'000'000},
      {"1TiB", 1'099'511'627'776},
      {"'64KiB'", 65'536},
      {"18446744073709551615", std::numeric_limits<std::uint64_t>::max()},
      {"16777215TiB", 16'777'215ULL << 40},
  };
  for (const auto& [scalar, expected] : cases) CHECK(value(scalar).as_size() == expected);
  const refused bad[] = {
      {"16777216TiB", "expected a size such as 4096, 64KiB or 10MB, found \"16777216TiB\" (it is too large)"},
      {"18446744073709551616",
       "expected a size such as 4096, 64KiB or 10MB, found \"18446744073709551616\" (it is too large)"},
      {"10M",
       "expected a size such as 4096, 64KiB or 10MB, found \"10M\" (the units are B, KB, MB, GB, TB, KiB, MiB, GiB and "
       "TiB)"},
      {"1.5MB",
       "expected a size such as 4096, 64KiB or 10MB, found \"1.5MB\" (write a whole number of a smaller unit)"},
      {"-1", "expected a size such as 4096, 64KiB or 10MB, found \"-1\""},
      {"MB", "expected a size such as 4096, 64KiB or 10MB, found \"MB\""},
      {"[1]", "expected a size such as 4096, 64KiB or 10MB, found a list"},
  };
  check_refused(bad, [](const node& from) { return from.as_size(); });
  const refused ranged[] = {{"1KiB", "expected a size of at least 4KiB, found \"1KiB\""}};
  check_refused(ranged, [](const node& from) { return from.as_size({.low = 4096}); });
  const refused bounded[] = {{"1GiB", "expected a size from 0B to 1KiB, found \"1GiB\""}};
  check_refused(bounded, [](const node& from) { return from.as_size({0, 1024}); });
  const refused uneven[] = {{"1KiB", "expected a size from 1500B to 3TiB, found \"1KiB\""}};
  check_refused(uneven, [](const node& from) { return from.as_size({1500, std::uint64_t{3} << 40}); });
}

TEST_CASE("durations have a unit") {
  const accepted<std::chrono::nanoseconds> cases[] = {
      {"0s", 0s},
      {"5ns", 5ns},
      {"10us", 10us},
      {"250ms", 250ms},
      {"30s", 30s},
      {"5m", 5min},
      {"1h", 1h},
      {"2d", 48h},
      {"'30s'", 30s},
      {"30 s", 30s},
      {"9223372036854775807ns", std::chrono::nanoseconds::max()},
  };
  for (const auto& [scalar, expected] : cases) CHECK(value(scalar).as_duration() == expected);
  const refused bad[] = {
      {"30",
       "expected a duration such as 250ms, 30s, 5m, 1h or 2d, found \"30\" (a number needs a unit: s for seconds, ms "
       "for milliseconds)"},
      {"0",
       "expected a duration such as 250ms, 30s, 5m, 1h or 2d, found \"0\" (a number needs a unit: s for seconds, ms "
       "for milliseconds)"},
      {"1.5s",
       "expected a duration such as 250ms, 30s, 5m, 1h or 2d, found \"1.5s\" (write a whole number of a smaller unit)"},
      {"3 weeks",
       "expected a duration such as 250ms, 30s, 5m, 1h or 2d, found \"3 weeks\" (the units are ns, us, ms, s, m, h and "
       "d)"},
      {"9223372036854775808ns",
       "expected a duration such as 250ms, 30s, 5m, 1h or 2d, found \"9223372036854775808ns\" (it is too large)"},
      {"106752d", "expected a duration such as 250ms, 30s, 5m, 1h or 2d, found \"106752d\" (it is too large)"},
      {"-5s", "expected a duration such as 250ms, 30s, 5m, 1h or 2d, found \"-5s\""},
      {"~", "expected a duration such as 250ms, 30s, 5m, 1h or 2d, found nothing"},
  };
  check_refused(bad, [](const node& from) { return from.as_duration(); });
  const refused ranged[] = {{"2h", "expected a duration from 500ms to 1h, found \"2h\""},
                            {"499ms", "expected a duration from 500ms to 1h, found \"499ms\""}};
  check_refused(ranged, [](const node& from) { return from.as_duration({500ms, 1h}); });
  const refused low[] = {{"0s", "expected a duration of at least 1ns, found \"0s\""}};
  check_refused(low, [](const node& from) { return from.as_duration({.low = 1ns}); });
}

TEST_CASE("one of several names is chosen, and a near miss is recognised") {
  constexpr std::string_view names[] = {"debug", "info", "warning"};
  CHECK(value("info").as_choice(names) == 1);
  CHECK(value("'warning'").as_choice(names) == 2);
  const refused bad[] = {
      {"inof", "expected one of debug, info, warning, found \"inof\" (did you mean \"info\"?)"},
      {"Warning", "expected one of debug, info, warning, found \"Warning\" (did you mean \"warning\"?)"},
      {"silent", "expected one of debug, info, warning, found \"silent\""},
      {"{info: 1}", "expected one of debug, info, warning, found a map"},
  };
  check_refused(bad, [&](const node& from) { return from.as_choice(names); });
}

TEST_CASE("relative paths start at the folder of their file") {
  struct {
    std::string file;
    std::string scalar;
    std::string path;
  } const cases[] = {
      {"service.yml", "key.pem", "key.pem"},
      {"/etc/app/service.yml", "key.pem", "/etc/app/key.pem"},
      {"conf/service.yml", "../tls/key.pem", "tls/key.pem"},
      {"/etc/app/service.yml", "/run/key.pem", "/run/key.pem"},
  };
  for (const auto& [file, scalar, path] : cases) {
    const std::string text = std::string("a: ") + scalar;
    CHECK(parse_text(text, file, variables()).get("a").as_path() == path);
  }
  CHECK(node("key.pem").as_path() == "key.pem");
  const refused bad[] = {{"''", "expected a path, found the string \"\""}, {"~", "expected a path, found nothing"}};
  check_refused(bad, [](const node& from) { return from.as_path(); });
}

TEST_CASE("a named thing is a word or a map with one key") {
  const auto stages = parse("chain:\n- cors\n- rate_limit: {limit: many}\n- metrics:\n").get("chain").items();
  const auto cors = stages[0].as_named();
  CHECK(cors.name == "cors");
  CHECK(cors.options.is_null());
  CHECK(to_string(cors.options.where()) == "service.yml:2:3");
  const auto limit = stages[1].as_named();
  CHECK(limit.name == "rate_limit");
  CHECK(failure([&] { return limit.options.get("limit").as_integer({1, 1000000}); }) ==
        "service.yml:3:23: chain[1].rate_limit.limit: expected an integer from 1 to 1000000, found \"many\"");
  CHECK(stages[2].as_named().options.is_null());
  const refused bad[] = {
      {"{a: 1, b: 2}", "expected a name, or a map with one key, found a map (it has 2 keys)"},
      {"{}", "expected a name, or a map with one key, found a map (it has 0 keys)"},
      {"[cors]", "expected a name, or a map with one key, found a list"},
      {"''", "expected a name, or a map with one key, found the string \"\""},
      {"~", "expected a name, or a map with one key, found nothing"},
  };
  check_refused(bad, [](const node& from) { return from.as_named(); });
}

TEST_CASE("walking into what is no map or list says so") {
  const node root = parse("a: 1\nb: [x]\n");
  CHECK(failure([&] { return root.get("a").get("x"); }) == "service.yml:1:4: a: expected a map, found \"1\"");
  CHECK(failure([&] { return root.get("b").members(); }) == "service.yml:2:4: b: expected a map, found a list");
  CHECK(failure([&] { return root.items(); }) == "service.yml:1:1: expected a list, found a map");
}

TEST_CASE("a value under a key that names a secret is never shown") {
  const node root =
      parse("password: hunter2\ndb: {api_key: hunter2}\ntokens: [hunter2]\nclient-secret: {x: hunter2}\n");
  const std::string messages[] = {
      failure([&] { return root.get("password").as_integer(); }),
      failure([&] { return root.get("db").get("api_key").as_boolean(); }),
      failure([&] { return root.get("tokens").items()[0].as_size(); }),
      failure([&] { return root.get("client-secret").get("x").as_duration(); }),
  };
  for (const std::string& message : messages) {
    CAPTURE(message);
    CHECK(message.find("found \"***\"") != std::string::npos);
    CHECK(message.find("hunter2") == std::string::npos);
  }
  CHECK(failure([] { return parse("keyboard: x").get("keyboard").as_integer(); }) ==
        "service.yml:1:11: keyboard: expected an integer, found \"x\"");
}

TEST_CASE("a long or multi-line text is cut to one line in an error") {
  const std::string message = failure([] { return value("\"line\\n" + std::string(100, 'x') + "\"").as_duration(); });
  CHECK(message.find("\"line?xxx") != std::string::npos);
  CHECK(message.find("xxx...\"") != std::string::npos);
  CHECK(message.find('\n') == std::string::npos);
}

TEST_CASE("code makes nodes that are read like those of a file") {
  const node root = node::map({{"port", 8080},
                               {"ratio", 0.5},
                               {"enabled", true},
                               {"idle", "30s"},
                               {"names", node::list({"a", "b"})},
                               {"tls", node::map({{"minimum", "1.2"}})}});
  CHECK(root.get("port").as_integer() == 8080);
  CHECK(root.get("ratio").as_number() == 0.5);
  CHECK(root.get("enabled").as_boolean());
  CHECK(root.get("idle").as_duration() == 30s);
  CHECK(root.get("names").as_strings() == std::vector<std::string>{"a", "b"});
  CHECK(failure([&] { return root.get("tls").get("minimum").as_integer(); }) ==
        "code: tls.minimum: expected an integer, found the string \"1.2\" (write it without quotes)");
  CHECK(failure([] { return node::map({{"x", 1}, {"x", 2}}); }) == "code: x: the key is given twice");
}

}  // namespace candela::config
