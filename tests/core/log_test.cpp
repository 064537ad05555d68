#include <doctest/doctest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <atomic>

#include <algorithm>
#include <candela/core/log.hpp>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/core/detail/scratch_folder.hpp"

using namespace candela;

namespace {

log::options to_file(const std::string& path, log::format style = log::format::text) {
  log::options wanted;
  wanted.output.to_stderr = false;
  wanted.output.file = path;
  wanted.output.style = style;
  return wanted;
}

/// Ends logging with the test, so that no test's file is written to by the next one.
struct logging {
  explicit logging(const log::options& wanted) { log::configure(wanted); }
  ~logging() { log::shutdown(); }
};

std::size_t count_of(std::string_view text, std::string_view wanted) {
  std::size_t found = 0;
  for (auto at = text.find(wanted); at != std::string_view::npos; at = text.find(wanted, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("flushed records are in the file, those below the level are not") {
  const testing::scratch_folder folder;
  const logging running(to_file(folder.file("sub/a.log")));
  log::debug("quiet");
  log::info("loud", log::field("n", 7));
  log::flush();
  CHECK(folder.content("sub/a.log").ends_with("Z info  loud n=7\n"));
  CHECK(count_of(folder.content("sub/a.log"), "quiet") == 0);
}

TEST_CASE("a channel has a level and a file of its own") {
  const testing::scratch_folder folder;
  log::options wanted = to_file(folder.file("main.log"));
  log::channel_options own{"audit", log::level::debug, to_file(folder.file("audit.log"), log::format::json).output};
  wanted.channels = {own, {"silent", log::level::off, {}}};
  const logging running(wanted);
  const log::channel audit("audit");
  const log::channel silent("silent");
  CHECK(audit.enabled(log::level::debug));
  CHECK_FALSE(silent.enabled(log::level::error));
  log::write(audit, log::level::debug, "kept", log::field("who", "me"));
  log::write(silent, log::level::error, "never");
  log::info("general");
  log::flush();
  CHECK(count_of(folder.content("audit.log"), "\"logger\":\"audit\",\"message\":\"kept\",\"who\":\"me\"}\n") == 1);
  CHECK(count_of(folder.content("main.log"), "general\n") == 1);
  CHECK(count_of(folder.content("main.log"), "never") == 0);
  CHECK(&log::channel("audit").state() == &audit.state());
}

TEST_CASE("records of many threads all arrive, each thread's in order, also after the threads have ended") {
  const testing::scratch_folder folder;
  const logging running(to_file(folder.file("a.log")));
  constexpr int each = 300;
  std::vector<std::thread> threads;
  const auto dropped_before = log::dropped();
  for (int t = 0; t != 4; ++t) {
    threads.emplace_back([t] {
      for (int i = 0; i != each; ++i) log::info("r", log::field("thread", t), log::field("i", i));
    });
  }
  for (auto& thread : threads) thread.join();
  log::flush();
  const std::string content = folder.content("a.log");
  CHECK(log::dropped() == dropped_before);
  CHECK(count_of(content, "\n") == 4 * each);
  for (int t = 0; t != 4; ++t) {
    std::size_t last = 0;
    bool in_order = true;
    for (int i = 0; i != each; ++i) {
      const auto at = content.find("thread=" + std::to_string(t) + " i=" + std::to_string(i) + "\n");
      in_order = in_order && at != std::string::npos && at >= last;
      last = at;
    }
    CHECK(in_order);
  }
}

TEST_CASE("flush, configure and reopen may come from several threads while others log") {
  const testing::scratch_folder folder;
  const logging running(to_file(folder.file("a.log")));
  std::vector<std::thread> threads;
  for (int t = 0; t != 3; ++t) {
    threads.emplace_back([&folder, t] {
      for (int i = 0; i != 50; ++i) {
        log::info("r", log::field("i", i));
        if (t == 0) log::flush();
        if (t == 1) log::reopen();
        if (t == 2 && i % 10 == 0) log::configure(to_file(folder.file("a.log")));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  log::flush();
  CHECK(count_of(folder.content("a.log"), "info  r i=") == 150);
}

TEST_CASE("changing over to another file loses no record") {
  const testing::scratch_folder folder;
  const logging running(to_file(folder.file("a.log")));
  log::info("first");
  log::configure(to_file(folder.file("b.log")));
  log::info("second");
  log::flush();
  CHECK(count_of(folder.content("a.log"), "first\n") == 1);
  CHECK(count_of(folder.content("b.log"), "second\n") == 1);
  CHECK(count_of(folder.content("b.log"), "first") == 0);
}

TEST_CASE("a file that cannot be opened is an error that names it, and the old outputs stay") {
  const testing::scratch_folder folder;
  const logging running(to_file(folder.file("a.log")));
  std::string message;
  try {
    log::configure(to_file("/proc/none/a.log"));
  } catch (const std::runtime_error& error) {
    message = error.what();
  }
  CHECK(message.find("/proc/none/a.log") != std::string::npos);
  log::info("still here");
  log::flush();
  CHECK(count_of(folder.content("a.log"), "still here\n") == 1);
}

TEST_CASE("after reopen the records go to a new file of the old name") {
  const testing::scratch_folder folder;
  const logging running(to_file(folder.file("a.log")));
  log::info("old");
  log::flush();
  std::filesystem::rename(folder.file("a.log"), folder.file("a.log.1"));
  log::reopen();
  log::info("new");
  log::flush();
  CHECK(count_of(folder.content("a.log.1"), "old\n") == 1);
  CHECK(count_of(folder.content("a.log"), "new\n") == 1);
  CHECK(count_of(folder.content("a.log.1"), "new") == 0);
}

TEST_CASE("a file is rotated by size and old ones are kept up to their number") {
  const testing::scratch_folder folder;
  log::options wanted = to_file(folder.file("a.log"));
  wanted.output.rotate_bytes = 1000;
  wanted.output.rotate_files = 2;
  const logging running(wanted);
  const std::string filler(600, 'x');
  for (int i = 0; i != 8; ++i) {
    log::info("r", log::field("i", i), log::field("filler", filler));
    log::flush();
  }
  CHECK(count_of(folder.content("a.log"), " i=7 ") == 1);
  CHECK(count_of(folder.content("a.1.log"), " i=6 ") == 1);
  CHECK(count_of(folder.content("a.2.log"), " i=5 ") == 1);
  CHECK_FALSE(std::filesystem::exists(folder.file("a.3.log")));
}

TEST_CASE("a full disk is survived and its lost records are counted") {
  const testing::scratch_folder folder;
  const logging running(to_file("/dev/full"));
  const auto before = log::failed_writes();
  for (int i = 0; i != 5; ++i) log::error("lost");
  log::flush();
  CHECK(log::failed_writes() == before + 5);
  log::configure(to_file(folder.file("a.log")));
  log::info("found");
  log::flush();
  CHECK(log::failed_writes() == before + 5);
  CHECK(count_of(folder.content("a.log"), "found\n") == 1);
}

TEST_CASE("an output that takes nothing makes no writer wait: records are dropped, counted and reported") {
  const testing::scratch_folder folder;
  const std::string pipe = folder.file("pipe");
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const int stuck = ::open(pipe.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK);
  REQUIRE(stuck >= 0);
  std::string content;
  {
    const logging running(to_file(pipe));
    const auto before = log::dropped();
    const std::string filler(1000, 'x');
    for (int i = 0; i != 100'000 && log::dropped() == before; ++i) log::info("r", log::field("filler", filler));
    CHECK(log::dropped() > before);
    std::atomic<bool> flushed = false;
    std::thread ending([&flushed] {
      log::flush();
      flushed = true;
    });
    // Whatever is left in the ring has to find room in the pipe, also behind the report.
    char bytes[65536];
    for (bool reported = false; !reported || !flushed;) {
      const auto got = ::read(stuck, bytes, sizeof bytes);
      if (got > 0) content.append(bytes, static_cast<std::size_t>(got));
      if (got < 0) std::this_thread::yield();
      reported = reported || content.find("log records were dropped") != std::string::npos;
    }
    ending.join();
  }
  ::close(stuck);
  CHECK(count_of(content, "info  r filler=xxx") > 200);
}

TEST_CASE("after shutdown records are dropped and counted until logging is configured again") {
  const testing::scratch_folder folder;
  log::configure(to_file(folder.file("a.log")));
  log::info("before");
  log::shutdown();
  log::shutdown();
  const auto before = log::dropped();
  log::info("lost");
  log::flush();
  CHECK(log::dropped() == before + 1);
  CHECK(count_of(folder.content("a.log"), "before\n") == 1);
  const logging again(to_file(folder.file("b.log")));
  log::info("after");
  log::flush();
  CHECK(count_of(folder.content("b.log"), "after\n") == 1);
  CHECK(count_of(folder.content("b.log"), "lost") == 0);
}
