#include <doctest/doctest.h>
#include <candela/custody/kept_records.hpp>

#include <fstream>
#include <thread>

#include "tests/core/detail/scratch_folder.hpp"
#include "tests/custody/forge.hpp"

using namespace candela;
using namespace candela::testing;
using custody::kept_records;
using custody::key_book;
using jose::failure;

namespace {

const jose::key& authority() {
  static const jose::key made = jose::key::generate(jose::curve::p256, {.id = "authority"}).value();
  return made;
}

std::string record_of(std::size_t who, std::uint64_t sequence, std::int64_t issued = 0,
                      const jose::key& by = authority()) {
  custody::key_record said{
      .issuer = cast()[who].identity, .sequence = sequence, .issued = moment + issued, .expires = moment + issued + 60};
  said.keys.push_back(public_half(cast()[who].key));
  return sign_record(said, by).value();
}

// A process that begins: an empty book, and what is kept.
key_book begun(const kept_records& kept) {
  key_book book(verifiers(authority()));
  REQUIRE(kept.recall(book).value() == 0);
  return book;
}

}  // namespace

TEST_CASE("after a restart no record is believed that is older than those that were kept") {
  const scratch_folder folder;
  const kept_records kept(folder.file("kept"), verifiers(authority()));
  const std::string first = record_of(3, 7);
  const std::string second = record_of(3, 8);
  key_book before = begun(kept);
  CHECK(before.offer(first, moment).value());
  CHECK(before.offer(second, moment).value());
  CHECK(before.offer(record_of(4, 2), moment).value());
  REQUIRE(kept.keep(before.newest()).has_value());

  key_book after = begun(kept);
  CHECK(after.offer(first, moment).error() == failure::too_old);
  CHECK(after.offer(record_of(3, 8, 1), moment).error() == failure::too_old);
  CHECK(after.offer(record_of(4, 1), moment).error() == failure::too_old);
  // What is kept gives no keys: those count that are offered now.
  CHECK(after.keys()->size() == 0);
  CHECK(after.offer(second, moment).value());
  CHECK(after.keys()->find(cast()[3].identity, cast()[3].key.id()) != nullptr);
  CHECK_FALSE(after.offer(second, moment).value());
  CHECK(after.offer(record_of(3, 9), moment).value());
}

TEST_CASE("a record that has expired since is still newer than those before it") {
  const scratch_folder folder;
  const kept_records kept(folder.file("kept"), verifiers(authority()));
  key_book before = begun(kept);
  CHECK(before.offer(record_of(3, 8), moment).value());
  REQUIRE(kept.keep(before.newest()).has_value());
  key_book after = begun(kept);
  CHECK(after.offer(record_of(3, 7, 50), moment + 70).error() == failure::too_old);
}

TEST_CASE("several keep theirs in one file, and the newest of each service stays") {
  const scratch_folder folder;
  const auto keeper = [&folder] { return kept_records(folder.file("kept"), verifiers(authority())); };
  const auto worker = [&](std::size_t who) {
    const kept_records own = keeper();
    for (std::uint64_t sequence = 1; sequence != 21; ++sequence) {
      // Each knows one service well and has an old record of another.
      const std::string known = record_of(who, sequence) + "\n" + record_of((who + 1) % 4, 1) + "\n";
      if (!own.keep(known)) return;
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t who = 0; who != 4; ++who) threads.emplace_back(worker, who);
  for (std::thread& each : threads) each.join();
  key_book after = begun(keeper());
  for (std::size_t who = 0; who != 4; ++who) {
    CHECK(after.offer(record_of(who, 19), moment).error() == failure::too_old);
    CHECK(after.offer(record_of(who, 21), moment).value());
  }
}

TEST_CASE("nobody puts a record into the file that no authority signed") {
  const scratch_folder folder;
  const jose::key former = jose::key::generate(jose::curve::p256, {.id = "former"}).value();
  const std::string foreign = record_of(3, 99, 0, former);
  std::ofstream(folder.file("kept")) << record_of(4, 5) << "\n\n" << foreign << "\nnonsense\n";
  const kept_records kept(folder.file("kept"), verifiers(authority()));
  key_book book(verifiers(authority()));
  CHECK(kept.recall(book).value() == 2);
  CHECK(book.offer(record_of(3, 1), moment).value());
  CHECK(book.offer(record_of(4, 4), moment).error() == failure::too_old);
  REQUIRE(kept.keep(book.newest()).has_value());
  CHECK(folder.content("kept") == book.newest());
}

TEST_CASE("a file that cannot be read or written is told; one that is not there holds nothing") {
  const scratch_folder folder;
  key_book book(verifiers(authority()));
  const kept_records nowhere(folder.file("none/kept"), verifiers(authority()));
  CHECK(nowhere.recall(book).value() == 0);
  CHECK_FALSE(nowhere.keep("").has_value());
  CHECK_FALSE(nowhere.check().has_value());
  CHECK(kept_records(folder.file("kept"), verifiers(authority())).check().has_value());
  CHECK_FALSE(std::filesystem::exists(folder.file("kept.lock")));
  std::filesystem::create_directory(folder.file("taken"));
  const kept_records taken(folder.file("taken"), verifiers(authority()));
  CHECK_FALSE(taken.recall(book).has_value());
  CHECK_FALSE(taken.keep(record_of(3, 1)).has_value());
}
