#include <candela/audit/trail.hpp>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <thread>

#include "tests/audit/faulty_sink.hpp"
#include "tests/audit/trails.hpp"

using namespace candela;
using namespace candela::testing;
using namespace std::chrono_literals;
using audit::trail;

namespace {

audit::trail_options named(std::string stream) {
  audit::trail_options options;
  options.stream = std::move(stream);
  options.retry = 1ms;
  return options;
}

audit::record request(std::string_view id) {
  audit::record what;
  what.id = id;
  what.status = 200;
  return what;
}

void put(audit::recorder& into, std::string_view id) {
  REQUIRE(into.admit());
  into.put(request(id));
}

audit::stream_summary verified(const scratch_folder& folder) {
  const std::vector<std::filesystem::path> places{folder.file("")};
  const auto streams = audit::find_streams(places);
  REQUIRE(streams.size() == 1);
  const auto summary = audit::verify_files(streams[0], &audit_signer().verifiers());
  INFO((summary ? std::string("holds") : summary.error().text()));
  REQUIRE(summary);
  return *summary;
}

// One life of a service: some records, and its end.
void live(const scratch_folder& folder, int records, const audit::trail_options& options = named("shop")) {
  trail written(options, audit_key(), audit::make_file_sink(folder.file("")));
  for (int i = 0; i != records; ++i) put(written.recorder_of(nullptr), "c-" + std::to_string(i));
}

}  // namespace

TEST_CASE("what is put is written, linked and signed, and the end of a service is the end of its file") {
  const scratch_folder folder;
  live(folder, 5);
  const audit::stream_summary summary = verified(folder);
  CHECK(summary.at.requests == 5);
  CHECK(summary.at.ended);
  CHECK(summary.at.unsigned_lines == 0);
  struct stat found{};
  REQUIRE(::stat(folder.file("shop.000000000001.jsonl").c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0600);
}

TEST_CASE("the next life of a service goes on where the last has ended") {
  const scratch_folder folder;
  for (int i = 0; i != 3; ++i) live(folder, 2);
  const audit::stream_summary summary = verified(folder);
  CHECK(summary.files == 3);
  CHECK(summary.at.requests == 6);
}

TEST_CASE("a trail that nobody writes to makes no file") {
  const scratch_folder folder;
  {
    trail idle(named("shop"), audit_key(), audit::make_file_sink(folder.file("")));
    static_cast<void>(idle.recorder_of(nullptr));
    CHECK(idle.flush());
  }
  CHECK(std::filesystem::is_empty(folder.file("")));
}

TEST_CASE("flush returns when all is written and signed") {
  const scratch_folder folder;
  trail written(named("shop"), audit_key(), audit::make_file_sink(folder.file("")));
  put(written.recorder_of(nullptr), "c-1");
  REQUIRE(written.flush());
  const audit::stream_summary summary = verified(folder);
  CHECK(summary.at.requests == 1);
  CHECK(summary.at.unsigned_lines == 0);
  CHECK_FALSE(summary.at.ended);
  CHECK(written.counts().requests == 1);
  CHECK(written.counts().sequence == 4);
}

TEST_CASE("files are changed over by size, and each begins where the one before ended") {
  const scratch_folder folder;
  audit::trail_options options = named("shop");
  options.rotate_bytes = 2000;
  {
    trail written(options, audit_key(), audit::make_file_sink(folder.file("")));
    for (int i = 0; i != 20; ++i) {
      put(written.recorder_of(nullptr), "c-" + std::to_string(i));
      REQUIRE(written.flush());
    }
  }
  const audit::stream_summary summary = verified(folder);
  CHECK(summary.files > 3);
  CHECK(summary.at.requests == 20);
}

TEST_CASE("no more lines stand unsigned than the options say") {
  const auto memory = std::make_shared<sink_memory>();
  audit::trail_options options = named("shop");
  options.checkpoint_lines = 10;
  {
    trail written(options, audit_key(), std::make_unique<faulty_sink>(memory));
    for (int i = 0; i != 100; ++i) put(written.recorder_of(nullptr), "c-1");
  }
  std::size_t since = 0;
  std::size_t most = 0;
  std::string_view rest = memory->lines;
  for (std::size_t end; (end = rest.find('\n')) != std::string_view::npos; rest.remove_prefix(end + 1)) {
    since = audit::read_line(rest.substr(0, end))->kind == audit::line_kind::checkpoint ? 0 : since + 1;
    most = std::max(most, since);
  }
  CHECK(most <= 10);
  CHECK(memory->syncs >= 2);
}

TEST_CASE("a process that was killed leaves a tail, which the next one signs as it found it") {
  const scratch_folder folder;
  const auto [name, text] = *make_trail(1).begin();
  // Ended, as it was not to be: the last checkpoint and the line before it are cut off.
  const std::size_t last = text.rfind('\n', text.size() - 2);
  const std::size_t before = text.rfind('\n', last - 1);
  SUBCASE("between two lines") {
    write_file(folder.file(name), text.substr(0, last + 1));
    live(folder, 1);
    CHECK(folder.content(name).find(R"("what":"recovered","unsigned":1,"torn_bytes":0)") != std::string::npos);
    CHECK(verified(folder).at.requests == 4);
    CHECK(verified(folder).files == 1);
  }
  SUBCASE("in the middle of a line, wherever it is") {
    for (const std::size_t cut : {before + 2, before + 40, last - 1, last}) {
      const scratch_folder other;
      write_file(other.file(name), text.substr(0, cut));
      live(other, 1);
      CAPTURE(cut);
      CHECK(other.content(name + ".torn") == text.substr(before + 1, cut - before - 1));
      CHECK(other.content(name).find("\"torn_bytes\":" + std::to_string(cut - before - 1)) != std::string::npos);
      CHECK(verified(other).at.requests == 3);
    }
  }
  SUBCASE("in the middle of its first line") {
    for (const std::size_t cut : {std::size_t{0}, std::size_t{1}, text.find('\n')}) {
      const scratch_folder other;
      write_file(other.file(name), text.substr(0, cut));
      live(other, 1);
      CAPTURE(cut);
      CHECK(other.content(name + ".torn") == text.substr(0, cut));
      CHECK(verified(other).at.requests == 1);
    }
  }
}

TEST_CASE("a trail that was changed meanwhile is not gone on with, and requests are refused when the queue is full") {
  const scratch_folder folder;
  live(folder, 3);
  const std::string name = "shop.000000000001.jsonl";
  std::string text = folder.content(name);
  text[text.find("c-1") + 2] = '9';
  write_file(folder.file(name), text);
  audit::trail_options options = named("shop");
  options.end_patience = 1ms;
  options.queue_bytes = 1;
  trail refused(options, audit_key(), audit::make_file_sink(folder.file("")));
  audit::recorder& into = refused.recorder_of(nullptr);
  while (into.admit()) into.put(request("c-4"));
  CHECK_FALSE(refused.flush());
  CHECK(refused.counts().failures != 0);
  CHECK_FALSE(into.admit());
  CHECK(folder.content(name) == text);
}

TEST_CASE("what stands behind the end of a file is not gone on with") {
  const scratch_folder folder;
  live(folder, 1);
  const std::string name = "shop.000000000001.jsonl";
  write_file(folder.file(name), folder.content(name) + "more");
  audit::trail_options options = named("shop");
  options.end_patience = 1ms;
  trail refused(options, audit_key(), audit::make_file_sink(folder.file("")));
  put(refused.recorder_of(nullptr), "c-1");
  CHECK_FALSE(refused.flush());
}

TEST_CASE("two processes cannot write one trail") {
  const scratch_folder folder;
  trail first(named("shop"), audit_key(), audit::make_file_sink(folder.file("")));
  put(first.recorder_of(nullptr), "c-1");
  REQUIRE(first.flush());
  audit::trail_options options = named("shop");
  options.end_patience = 1ms;
  trail second(options, audit_key(), audit::make_file_sink(folder.file("")));
  put(second.recorder_of(nullptr), "c-2");
  CHECK_FALSE(second.flush());
  first.shut_down();
  CHECK(second.flush());
  second.shut_down();
  CHECK(verified(folder).at.requests == 2);
}

TEST_CASE("while the sink fails records wait, beyond the bound requests are refused, and nothing is lost") {
  const auto memory = std::make_shared<sink_memory>();
  audit::trail_options options = named("shop");
  options.queue_bytes = 1;  // becomes what four of the largest records take
  trail written(options, audit_key(), std::make_unique<faulty_sink>(memory));
  audit::recorder& into = written.recorder_of(nullptr);
  memory->set_full(true);
  std::uint64_t taken = 0;
  put(into, "c-0");
  ++taken;
  memory->wait_for_refusals(2);
  while (into.admit()) {
    into.put(request("c-1"));
    ++taken;
  }
  into.count_refused();
  into.put_if_room(request("c-2"));
  CHECK(written.counts().refused == 1);
  CHECK(written.counts().unrecorded == 1);
  CHECK_FALSE(written.flush());
  memory->set_full(false);
  // Whatever attempt is under way, a later one comes through.
  while (!written.flush()) {
  }
  CHECK(into.admit());
  into.withdraw();
  written.shut_down();
  CHECK(memory->lines.find(R"("what":"gap","refused":1,"unrecorded":1)") != std::string::npos);
  const trail_texts one{{memory->files.front(), memory->lines}};
  CHECK(verdict(one) == "holds");
  CHECK(written.counts().requests == taken);
}

TEST_CASE("room that was set aside stays, whatever others take") {
  const auto memory = std::make_shared<sink_memory>();
  memory->full = true;
  audit::trail_options options = named("shop");
  options.queue_bytes = 1;
  options.end_patience = 1ms;
  trail written(options, audit_key(), std::make_unique<faulty_sink>(memory));
  audit::recorder& into = written.recorder_of(nullptr);
  int admitted = 0;
  while (into.admit()) ++admitted;
  CHECK(admitted >= 4);
  const std::string longest(2000, 'a');
  for (int i = 0; i != admitted; ++i) into.put(request(longest));
  memory->set_full(false);
  while (!written.flush()) {
  }
  CHECK(written.counts().requests == static_cast<std::uint64_t>(admitted));
}

TEST_CASE("many workers at once lose nothing, and their records stand in one linked line") {
  constexpr int workers = 4;
  constexpr int each = 5000;
  const scratch_folder folder;
  audit::trail_options options = named("shop");
  options.queue_bytes = 64 * 1024;
  options.rotate_bytes = 512 * 1024;
  {
    trail written(options, audit_key(), audit::make_file_sink(folder.file("")));
    std::vector<audit::recorder*> recorders;
    for (int i = 0; i != workers; ++i) recorders.push_back(&written.recorder_of(&recorders + i));
    std::vector<std::thread> threads;
    for (int i = 0; i != workers; ++i) {
      threads.emplace_back([&, i] {
        for (int k = 0; k != each; ++k) {
          while (!recorders[static_cast<std::size_t>(i)]->admit()) std::this_thread::yield();
          recorders[static_cast<std::size_t>(i)]->put(request(std::to_string(i) + "-" + std::to_string(k)));
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  CHECK(verified(folder).at.requests == workers * each);
  // Of each worker all of them, in the order in which they were put.
  std::vector<int> next(workers);
  const std::vector<std::filesystem::path> places{folder.file("")};
  const auto streams = audit::find_streams(places);
  for (const auto& file : streams[0].files) {
    const std::string text = folder.content(file.filename().string());
    for (std::size_t at = 0; (at = text.find("\"id\":\"", at)) != std::string::npos; ++at) {
      const int worker = text[at + 6] - '0';
      const int number = std::stoi(text.substr(at + 8));
      CHECK(next[static_cast<std::size_t>(worker)]++ == number);
    }
  }
  CHECK(std::ranges::all_of(next, [](int count) { return count == each; }));
}

TEST_CASE("a trail needs a name that can be a file's, and a private key of a curve") {
  const auto made = [](std::string name, const jose::key& key) {
    const trail refused(named(std::move(name)), key, std::make_unique<faulty_sink>(std::make_shared<sink_memory>()));
  };
  CHECK_THROWS_AS(made("../shop", audit_key()), std::invalid_argument);
  CHECK_THROWS_AS(made("shop", audit_key().public_key().value()), std::invalid_argument);
  CHECK_THROWS_AS(made("shop", jose::key::generate_secret(32).value()), std::invalid_argument);
  CHECK_NOTHROW(made("shop", jose::key::generate(jose::curve::ed25519).value()));
}
