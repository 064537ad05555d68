// Files on a disk that is full, or breaks.
#include <doctest/doctest.h>
#include <unistd.h>

#include <candela/audit/detail/file_sink.hpp>
#include <cerrno>

#include "tests/audit/trails.hpp"

using namespace candela;
using namespace candela::testing;

namespace {

// What the disk still takes; calls are plain functions and know no object.
std::size_t room_left = 0;
bool can_truncate = true;
bool can_sync = true;

ssize_t write_while_room(int file, const void* bytes, std::size_t count) {
  if (room_left == 0) {
    errno = ENOSPC;
    return -1;
  }
  const ssize_t written = ::write(file, bytes, std::min(count, room_left));
  room_left -= static_cast<std::size_t>(written);
  return written;
}

int truncate_if_possible(int file, off_t size) {
  errno = EIO;
  return can_truncate ? ::ftruncate(file, size) : -1;
}

int sync_if_possible(int file) {
  errno = EIO;
  return can_sync ? ::fdatasync(file) : -1;
}

constexpr audit::detail::file_calls faulty{write_while_room, sync_if_possible, truncate_if_possible};

struct disk {
  disk() {
    room_left = 1 << 20;
    can_truncate = can_sync = true;
    REQUIRE(sink.open("shop", audit_signer().verifiers()));
    REQUIRE(sink.begin_file("shop.000000000001.jsonl"));
    REQUIRE(sink.append("one\n"));
  }
  [[nodiscard]] std::string content() const { return folder.content("shop.000000000001.jsonl"); }

  scratch_folder folder;
  audit::detail::file_sink sink{folder.file(""), faulty};
};

}  // namespace

TEST_CASE("lines that do not fit leave nothing behind, and are written when there is room again") {
  disk on;
  for (std::size_t room = 0; room != 8; ++room) {
    room_left = room;
    const auto refused = on.sink.append("two\nthree\n");
    REQUIRE_FALSE(refused);
    CHECK(refused.error() == on.folder.file("shop.000000000001.jsonl") + ": No space left on device");
    CHECK(on.content() == "one\n");
  }
  room_left = 100;
  REQUIRE(on.sink.append("two\nthree\n"));
  CHECK(on.content() == "one\ntwo\nthree\n");
}

TEST_CASE("what cannot be taken back at once is taken back before the next line") {
  disk on;
  room_left = 2;
  can_truncate = false;
  CHECK_FALSE(on.sink.append("two\n"));
  room_left = 100;
  CHECK_FALSE(on.sink.append("two\n"));
  CHECK(on.content() == "one\ntw");
  can_truncate = true;
  REQUIRE(on.sink.append("two\n"));
  CHECK(on.content() == "one\ntwo\n");
}

TEST_CASE("a disk that does not keep what it took is told") {
  disk on;
  can_sync = false;
  CHECK_FALSE(on.sink.sync());
  can_sync = true;
  CHECK(on.sink.sync());
}

TEST_CASE("a folder that is not there is told, and so is a file that is there already") {
  audit::detail::file_sink nowhere("/nonexistent/audit", audit::detail::file_calls::of_system());
  CHECK_FALSE(nowhere.open("shop", audit_signer().verifiers()));
  const disk on;
  audit::detail::file_sink another(on.folder.file(""), faulty);
  CHECK_FALSE(another.begin_file("shop.000000000001.jsonl"));
}
