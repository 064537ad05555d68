// candela audit verify, show and schema.
#include <doctest/doctest.h>

#include <candela/audit/stream_writer.hpp>
#include <candela/audit/trail.hpp>
#include <candela/command/detail/call_tree.hpp>
#include <candela/core/log.hpp>
#include <string>
#include <vector>

#include "asking.hpp"

using namespace candela;
using namespace candela::command;

namespace {

const jose::key& signing_key() {
  static const jose::key made = jose::key::generate(jose::curve::p256).value();
  return made;
}

const std::string first_file = "trails/shop.000000000001.jsonl";

audit::record decided(std::string_view service, std::string_view id, std::string_view txn = {}) {
  audit::record made;
  made.service = service;
  made.id = id;
  made.txn = txn;
  made.user = "alice";
  made.issuer = "https://id.example";
  made.method = "POST";
  made.route = made.target = "/orders";
  made.status = 201;
  made.duration = std::chrono::microseconds(12'400);
  return made;
}

// What a trail has to say at its end is not to come into what a verb says.
void end(audit::trail& trail) {
  trail.shut_down();
  log::flush();
}

// A trail in `trails/` that was written by a service of that name and ended by it.
void write_trail(const scratch& here, const std::string& stream, const std::vector<audit::record>& records) {
  std::filesystem::create_directories(here / "trails");
  here.write("key.pem", signing_key().to_pem(jose::key_part::public_part)->text());
  audit::trail_options options;
  options.stream = stream;
  audit::trail trail(options, signing_key(), audit::make_file_sink(here / "trails"));
  audit::recorder& into = trail.recorder_of(nullptr);
  for (const audit::record& each : records) {
    REQUIRE(into.admit());
    into.put(each);
  }
  end(trail);
}

answer verify(const scratch& here, std::vector<std::string> more = {}) {
  std::vector<std::string> words{"audit", "verify", "--key", (here / "key.pem").string(), (here / "trails").string()};
  words.insert(words.end(), more.begin(), more.end());
  return ask(words);
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace

TEST_CASE("trails that are whole are told so, with how far they go") {
  const scratch here;
  write_trail(here, "shop", {decided("urn:shop", "c-1"), decided("urn:shop", "c-2")});
  write_trail(here, "bank", {decided("urn:bank", "c-1")});
  const answer told = verify(here, {"--complete"});
  CHECK(told.error == "");
  CHECK(told.status == success);
  CHECK(has(told.out, "bank: whole: 1 request in 1 file, sequence 1 to 4\n  signed last at 20"));
  CHECK(has(told.out, "shop: whole: 2 requests in 1 file, sequence 1 to 5\n"));
  const answer unchecked = ask({"audit", "verify", (here / "trails").string()});
  CHECK(unchecked.status == success);
  CHECK(has(unchecked.out, "signatures were NOT checked"));
}

TEST_CASE("the first line that is wrong is named, and the exit status is 1") {
  const scratch here;
  write_trail(here, "shop", {decided("urn:shop", "c-1"), decided("urn:shop", "c-2")});
  std::string text = here.read(first_file);
  text.replace(text.find("alice"), 5, "mary!");
  here.write(first_file, text);
  const answer told = verify(here);
  CHECK(told.status == failure);
  CHECK(told.error ==
        "candela audit verify: shop: shop.000000000001.jsonl:4: sequence 4: the link to the line before is broken: one "
        "of the two was changed\n");
}

TEST_CASE("another key, a removed tail and an unfinished trail are refused when they are asked about") {
  const scratch here;
  write_trail(here, "shop", {decided("urn:shop", "c-1")});
  here.write("other.pem", jose::key::generate(jose::curve::p256)->to_pem(jose::key_part::public_part)->text());
  const answer other = ask({"audit", "verify", "--key", (here / "other.pem").string(), (here / "trails").string()});
  CHECK(other.status == failure);
  CHECK(has(other.error, "the signature does not hold: key_unknown"));
  const answer both = verify(here, {"--key", (here / "other.pem").string()});
  CHECK(both.status == success);

  CHECK(verify(here, {"--reaches", "4"}).status == success);
  CHECK(has(verify(here, {"--reaches", "5"}).error, "the trail ends at sequence 4, before 5: its tail was removed"));
  std::string text = here.read(first_file);
  text.erase(text.rfind('\n', text.size() - 2) + 1);
  here.write(first_file, text);
  const answer cut = verify(here);
  CHECK(cut.status == success);
  CHECK(has(cut.out, "1 line behind the last checkpoint: linked, not yet signed"));
  CHECK(has(cut.out, "the service has not ended it"));
  CHECK(has(verify(here, {"--complete"}).error, "1 line at its end: not signed"));
}

TEST_CASE("what cannot be asked is misuse") {
  const scratch here;
  write_trail(here, "shop", {});
  CHECK(ask({"audit", "verify"}).status == usage_error);
  CHECK(ask({"audit", "verify", "/nonexistent"}).status == usage_error);
  CHECK(ask({"audit", "verify", (here / "key.pem").string()}).status == usage_error);
  CHECK(verify(here, {"--key", "/nonexistent"}).status == usage_error);
  CHECK(verify(here, {"--reaches", "x"}).status == usage_error);
  CHECK(ask({"audit", "show"}).status == usage_error);
  CHECK(ask({"audit", "burn"}).status == usage_error);
  CHECK(verify(here).error == "candela audit verify: there is no audit trail\n");
}

TEST_CASE("a request is drawn with all services that it went through, whatever trail they wrote") {
  const scratch here;
  const audit::hop to_payment[] = {{"urn:shop", "urn:cart", "POST /items"}, {"urn:cart", "urn:payment", "POST /pay"}};
  const audit::hop to_mail[] = {{"urn:shop", "urn:mail", "POST /mails"}};
  const auto at = [](audit::record what, int seconds) {
    what.at = audit::wall_time(std::chrono::seconds(1'769'860'800 + seconds));
    return what;
  };
  write_trail(here, "shop", {at(decided("urn:shop", "c-1", "t-1"), 3), at(decided("urn:shop", "c-9"), 0)});
  audit::record payment = at(decided("urn:payment", "c-2", "t-1"), 1);
  payment.via = to_payment;
  payment.outcome = audit::decision::denied;
  payment.status = 403;
  payment.code = "policy_denied";
  payment.route = "/pay";
  audit::record mail = at(decided("urn:mail", "c-3", "t-1"), 2);
  mail.via = to_mail;
  mail.route = "/mails";
  mail.user = "alice";
  write_trail(here, "others", {payment, mail});
  const std::string wanted =
      "alice (https://id.example)\n"
      "└─ urn:shop  POST /orders  201 allowed  12.4 ms  2026-01-31T12:00:03.000000Z\n"
      "   ├─ urn:cart  (no record here)\n"
      "   │  └─ urn:payment  POST /pay  403 denied: policy_denied  12.4 ms  2026-01-31T12:00:01.000000Z\n"
      "   └─ urn:mail  POST /mails  201 allowed  12.4 ms  2026-01-31T12:00:02.000000Z\n";
  for (const char* id : {"t-1", "c-1", "c-2"}) {
    CAPTURE(id);
    const answer shown = ask({"audit", "show", id, (here / "trails").string()});
    CHECK(shown.error ==
          "Shown as it is written, unverified: `candela audit verify` proves that no record was changed.\n");
    CHECK(shown.out == wanted);
  }
  const answer none = ask({"audit", "show", "c-7", (here / "trails").string()});
  CHECK(none.status == failure);
  CHECK(none.error == "candela audit show: there is no record of c-7\n");
}

TEST_CASE("what a client sent cannot make a terminal do anything") {
  shown_request sent;
  sent.user = "\x1b]0;owned\x07";
  sent.service =
      "\xc2\x9b"
      "31m";
  sent.method = "GET";
  sent.route = "/\n/";
  const std::string drawn = draw_calls(std::vector{sent});
  CHECK(drawn == "?]0;owned?\n└─ ??31m  GET /?/    0.0 ms  \n");
}

TEST_CASE("a trail in a database is verified and shown as one in files") {
  const scratch here;
  const std::string url = "sqlite:" + (here / "audit.db").string();
  const answer schema = ask({"audit", "schema"});
  here.write("steps/1_audit.sql", schema.out);
  REQUIRE(ask({"migrate", "--url", url, "--folder", (here / "steps").string()}).status == success);
  write_trail(here, "unused", {});
  {
    audit::trail_options options;
    options.stream = "shop";
    audit::trail trail(options, signing_key(), audit::make_database_sink(url));
    REQUIRE(trail.recorder_of(nullptr).admit());
    trail.recorder_of(nullptr).put(decided("urn:shop", "c-1", "t-1"));
    end(trail);
  }
  const answer told = ask({"audit", "verify", "--db", url, "--key", (here / "key.pem").string(), "--complete"});
  CHECK(told.error == "");
  CHECK(has(told.out, "shop: whole: 1 request in 1 file, sequence 1 to 4\n"));
  CHECK(has(ask({"audit", "show", "--db", url, "t-1"}).out, "└─ urn:shop  POST /orders  201 allowed"));
}
