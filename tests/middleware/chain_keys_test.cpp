// Where chain_verify has its keys from, and what becomes of it when they change.
#include <candela/custody/key_record.hpp>

#include "tests/middleware/chain_fixture.hpp"
#include "tests/middleware/log_file.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;

namespace {

const jose::key& authority() {
  static const jose::key made = jose::key::generate(jose::curve::p256, {.id = "authority"}).value();
  return made;
}

// What one service's record says, when it has a key at all.
std::string record_of(std::size_t who, std::uint64_t sequence, std::int64_t issued = 0) {
  custody::key_record said{.issuer = cast()[who].identity,
                           .sequence = sequence,
                           .issued = moment + issued,
                           .expires = moment + issued + 3600};
  said.keys.push_back(public_half(cast()[who].key));
  return sign_record(said, authority()).value() + "\n";
}

std::string records_of_all(std::uint64_t sequence = 1) {
  std::string lines;
  for (std::size_t who = 0; who != cast().size(); ++who) lines += record_of(who, sequence);
  return lines;
}

const std::string& authorities() {
  static const std::string file = files().put("authority.json", jwk_text(authority(), jose::key_part::public_part));
  return file;
}

std::string keys_from(const std::string& records, const std::string& more = "") {
  return "records: " + records + "\nauthorities: " + authorities() + more;
}

}  // namespace

TEST_CASE("a key that is unknown lets the file be read again, and the next request passes") {
  const std::string file = files().put("growing.json", keys_without(3));
  // It asks until the file was read, which may take as long as it wants.
  chain_service service(options_with("checks_per_peer: 1000000\n", "keys: " + file));
  scenario one;
  const std::string request = bytes_of_request(one);
  files().put("growing.json", keys_without());
  CHECK(status_of(service.asked(request)) == "HTTP/1.1 401 Unauthorized");
  service.run_until([&] { return status_of(service.asked(request)) == "HTTP/1.1 200 OK"; });
}

TEST_CASE("a key that was taken out of the file is soon no key any more; a file that is broken changes nothing") {
  const std::string file = files().put("shrinking.json", keys_without());
  chain_service service(options_with("refresh: 1s\nchecks_per_peer: 1000000\n", "keys: " + file));
  scenario one;
  int number = 0;
  const auto status = [&] {
    const std::string id = digest_of(std::to_string(++number)).substr(0, 21) + "A";
    one.on_proof = [&](draft& proof) { proof.say("jti", in_quotes(id)); };
    return status_of(service.asked(bytes_of_request(one)));
  };
  CHECK(status() == "HTTP/1.1 200 OK");
  files().put("shrinking.json", "{");
  service.pass(1s);
  for (int i = 0; i != 3; ++i) CHECK(status() == "HTTP/1.1 200 OK");
  files().put("shrinking.json", keys_without(1));
  service.pass(1s);
  service.run_until([&] { return status() == "HTTP/1.1 401 Unauthorized"; });
}

TEST_CASE("keys may come as records that an authority signed") {
  const std::string records = files().put("records.txt", records_of_all());
  chain_service service(options_with("", keys_from(records)));
  scenario one;
  CHECK(status_of(service.asked(bytes_of_request(one))) == "HTTP/1.1 200 OK");
  const auto refusal = [&](const std::string& more) { return refusal_of<chain_verify>(options_with("", more)); };
  CHECK(refusal("records: " + records + "\nauthorities: " + records)
            .find("the keys of authorities: json_invalid: it is not one JSON object, or names a member twice") !=
        std::string::npos);
  CHECK(refusal(keys_from(authorities()))
            .find(authorities() + ": malformed: it is not in the form that is expected here") != std::string::npos);
  const std::string others = files().put("others.json", jwk_text(cast()[0].key, jose::key_part::public_part));
  CHECK(
      refusal_of<chain_verify>(options_with("", "records: " + records + "\nauthorities: " + others)).find("records") !=
      std::string::npos);
}

TEST_CASE("a record that is forged or older than what is known changes nothing, and is logged and counted") {
  const log_file log;
  const std::string records = files().put("attacked.txt", records_of_all(2));
  chain_service service(options_with("refresh: 1s\nchecks_per_peer: 1000000\n", keys_from(records)));
  int number = 0;
  const auto status = [&] {
    scenario one;
    one.on_proof = [&](draft& proof) {
      proof.say("jti", in_quotes(digest_of(std::to_string(++number)).substr(0, 21) + "A"));
    };
    return status_of(service.asked(bytes_of_request(one)));
  };
  const jose::key stranger = jose::key::generate(jose::curve::p256, {.id = "authority"}).value();
  custody::key_record taken_over{
      .issuer = cast()[3].identity, .sequence = 9, .issued = moment, .expires = moment + 3600, .keys = {}};
  taken_over.keys.push_back(public_half(cast()[9].key));
  for (const auto& [record, why] : {std::pair(sign_record(taken_over, stranger).value(), "signature_invalid"),
                                    std::pair(record_of(3, 1), "too_old"), std::pair(std::string("{}"), "malformed")}) {
    files().put("attacked.txt", record);
    service.pass(1s);
    service.run_until([&] {
      CHECK(status() == "HTTP/1.1 200 OK");
      return log.has("\"why\":\"" + std::string(why) + ": ");
    });
  }
  CHECK(status() == "HTTP/1.1 200 OK");
  CHECK(service.metrics_text().find("candela_chain_key_records_refused_total{chain=\"default\"} 3") !=
        std::string::npos);
}

TEST_CASE("a record of a clock that is ahead counts when its time has come, though its file stays as it is") {
  const log_file log;
  std::string without_caller;
  for (std::size_t who = 0; who != 3; ++who) without_caller += record_of(who, 1);
  const std::string records = files().put("early.txt", without_caller);
  chain_service service(options_with("refresh: 1s\nchecks_per_peer: 1000000\n", keys_from(records)));
  scenario one;
  one.on_link = [](std::size_t, draft& link) {
    link.say("iat", at(50));
    link.say("exp", at(110));
  };
  one.on_proof = [](draft& proof) {
    proof.say("iat", at(50));
    proof.say("exp", at(65));
  };
  const std::string request = bytes_of_request(one);
  files().put("early.txt", without_caller + record_of(3, 1, 60));
  service.pass(50s);
  service.run_until([&] {
    CHECK(status_of(service.asked(request)) == "HTTP/1.1 401 Unauthorized");
    return log.has("issued_in_future");
  });
  service.pass(5s);
  CHECK(status_of(service.asked(request)) == "HTTP/1.1 200 OK");
}

TEST_CASE("an authority may be ahead by as much as the stage's skew says") {
  const std::string records = files().put("ahead.txt", record_of(0, 1, 20));
  const auto started = [&](const std::string& options) {
    return refusal_of<chain_verify>(options_with(options, keys_from(records)));
  };
  CHECK(started("skew: 19s\n").find("issued_in_future") != std::string::npos);
  CHECK(started("skew: 20s\n") == "accepted");
}

TEST_CASE("after a restart records that are older than those that were kept are refused with their place") {
  const std::string records = files().put("rolled_back.txt", records_of_all(2));
  const std::string keys = keys_from(records, "\nkept_records: " + files().put("kept.txt", ""));
  scenario one;
  {
    chain_service service(options_with("refresh: 1s\n", keys));
    CHECK(status_of(service.asked(bytes_of_request(one))) == "HTTP/1.1 200 OK");
    service.run_until([&] { return !files().content("kept.txt").empty(); });
  }
  CHECK(refusal_of<chain_verify>(options_with("", keys)) == "accepted");
  files().put("rolled_back.txt", records_of_all(1));
  const std::string refused = refusal_of<chain_verify>(options_with("", keys));
  CHECK(refused.find("service.yml") != std::string::npos);
  CHECK(refused.find("too_old") != std::string::npos);
}

TEST_CASE("newer records may be added to a file that keeps its older ones, over a restart as well") {
  const log_file log;
  const std::string first = records_of_all(1);
  const std::string second = records_of_all(2);
  const std::string records = files().put("growing_records.txt", first);
  const std::string keys = keys_from(records, "\nkept_records: " + files().put("kept_of_growing.txt", ""));
  scenario one;
  {
    chain_service service(options_with("refresh: 1s\n", keys));
    CHECK(status_of(service.asked(bytes_of_request(one))) == "HTTP/1.1 200 OK");
    files().put("growing_records.txt", first + second);
    service.pass(1s);
    service.run_until([&] {
      static_cast<void>(service.asked(bytes_of_request(one)));
      return files().content("kept_of_growing.txt").contains(second.substr(0, second.find('\n')));
    });
  }
  CHECK(refusal_of<chain_verify>(options_with("", keys)) == "accepted");
  files().put("growing_records.txt", first + records_of_all(3));
  CHECK(refusal_of<chain_verify>(options_with("", keys)) == "accepted");
  files().put("growing_records.txt", first);
  CHECK(refusal_of<chain_verify>(options_with("", keys)).find("too_old") != std::string::npos);
  CHECK_FALSE(log.has("keys of services are kept as they were"));
}

TEST_CASE("a service that is only looked at keeps nothing") {
  const std::string records = files().put("looked_at.txt", records_of_all());
  const std::string kept = files().put("looked_at/kept.txt", "");
  CHECK(refusal_of<chain_verify>(options_with("", keys_from(records, "\nkept_records: " + kept))) == "accepted");
  CHECK(files().content("looked_at/kept.txt").empty());
  CHECK_FALSE(std::filesystem::exists(kept + ".lock"));
}

TEST_CASE("what comes while the service runs is kept as well") {
  const std::string records = files().put("later.txt", records_of_all(1));
  const std::string kept = files().put("kept_later.txt", "");
  const std::string keys = keys_from(records, "\nkept_records: " + kept);
  const std::string newer = record_of(3, 5);
  {
    chain_service service(options_with("refresh: 1s\nchecks_per_peer: 1000000\n", keys));
    files().put("later.txt", newer);
    service.pass(1s);
    service.run_until([&] {
      scenario one;
      static_cast<void>(service.asked(bytes_of_request(one)));
      return files().content("kept_later.txt").find(newer) != std::string::npos;
    });
  }
  files().put("later.txt", records_of_all(4));
  CHECK(refusal_of<chain_verify>(options_with("", keys)).find("too_old") != std::string::npos);
}

TEST_CASE("a place where nothing can be kept is told at the start, and later in the log") {
  const std::string records = files().put("unkept.txt", records_of_all(1));
  CHECK(refusal_of<chain_verify>(options_with("", keys_from(records, "\nkept_records: /nonexistent/kept")))
            .find("kept_records") != std::string::npos);
  CHECK(refusal_of<chain_verify>(options_with("", "keys: " + keys_file() + "\nkept_records: kept"))
            .find("kept_records") != std::string::npos);
  const log_file log;
  const std::string kept = files().put("gone/kept.txt", "");
  chain_service service(
      options_with("refresh: 1s\nchecks_per_peer: 1000000\n", keys_from(records, "\nkept_records: " + kept)));
  files().remove("gone");
  files().put("unkept.txt", records_of_all(2));
  service.pass(1s);
  const auto asked = [&] {
    scenario one;
    static_cast<void>(service.asked(bytes_of_request(one)));
  };
  service.run_until([&] { return asked(), log.has("not kept for a restart"); });
  // It is tried again.
  files().put("gone/kept.txt", "");
  service.run_until([&] {
    service.pass(1s);
    asked();
    return !files().content("gone/kept.txt").empty();
  });
}

TEST_CASE("what is no file of keys is told with its place") {
  const std::string folder = std::filesystem::temp_directory_path().string();
  CHECK(refusal_of<chain_verify>(options_with("", "keys: " + folder)).find("cannot be read") != std::string::npos);
}
