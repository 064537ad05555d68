#include "handlers/detail/folder.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <system_error>

#include "tests/core/detail/scratch_folder.hpp"

using namespace candela;
using namespace candela::handlers::detail;

namespace {

namespace fs = std::filesystem;

// root/{a.txt, sub/b.txt, pipe, inside -> a.txt, up -> ../secret.txt, out -> /etc}, and secret.txt beside it.
class tree {
 public:
  tree() {
    fs::create_directories(root() + "/sub");
    write("root/a.txt", "alpha");
    write("root/sub/b.txt", "beta");
    write("secret.txt", "secret");
    fs::create_symlink("a.txt", root() + "/inside");
    fs::create_symlink("../secret.txt", root() + "/up");
    fs::create_symlink("/etc", root() + "/out");
    mkfifo((root() + "/pipe").c_str(), 0600);
  }
  void write(const std::string& name, std::string_view text) const {
    std::ofstream(folder_.file(name), std::ios::binary) << text;
  }
  [[nodiscard]] std::string root() const { return folder_.file("root"); }

 private:
  testing::scratch_folder folder_;
};

std::string content_of(const folder& inside, const std::string& path) {
  const auto entry = inside.open(path);
  if (!entry) return std::string(name_of(entry.error().code));
  if (entry->is_folder) return "folder";
  const auto bytes = entry->file->read(0, static_cast<std::size_t>(entry->file->bytes()));
  return bytes ? *bytes : std::string(name_of(bytes.error().code));
}

constexpr folder::resolution both_ways[] = {folder::resolution::by_kernel, folder::resolution::by_walking};

}  // namespace

TEST_CASE("files and folders below the root are found, whatever keeps the way inside") {
  const tree files;
  for (const auto how : both_ways) {
    CAPTURE(static_cast<int>(how));
    const folder inside(files.root(), how);
    CHECK(content_of(inside, "a.txt") == "alpha");
    CHECK(content_of(inside, "sub/b.txt") == "beta");
    CHECK(content_of(inside, "sub") == "folder");
    CHECK(content_of(inside, "") == "folder");
  }
}

TEST_CASE("nothing leads out of the folder") {
  const tree files;
  for (const auto how : both_ways) {
    CAPTURE(static_cast<int>(how));
    const folder inside(files.root(), how);
    for (const std::string& path :
         {std::string("up"), std::string("out/passwd"), std::string("out"), std::string("missing"),
          std::string("a.txt/b"), std::string("missing/b"), std::string(300, 'x'), std::string("pipe")}) {
      CAPTURE(path);
      CHECK(content_of(inside, path) == "not_found");
    }
  }
  const folder by_kernel(files.root(), folder::resolution::by_kernel);
  CHECK(content_of(by_kernel, "../secret.txt") == "not_found");
  CHECK(content_of(by_kernel, "sub/../../secret.txt") == "not_found");
  CHECK(content_of(by_kernel, "/etc/passwd") == "not_found");
}

TEST_CASE("a link that stays inside is followed by the kernel only") {
  const tree files;
  CHECK(content_of(folder(files.root(), folder::resolution::by_kernel), "inside") == "alpha");
  CHECK(content_of(folder(files.root(), folder::resolution::by_walking), "inside") == "not_found");
}

TEST_CASE("a file that became shorter is noticed, one that was replaced is still the old one") {
  const tree files;
  const folder inside(files.root());
  const auto entry = inside.open("a.txt");
  REQUIRE(entry);
  CHECK(*entry->file->read(1, 3) == "lph");
  fs::rename(files.root() + "/sub/b.txt", files.root() + "/a.txt");
  CHECK(*entry->file->read(0, 5) == "alpha");
  const auto replaced = inside.open("a.txt");
  REQUIRE(replaced);
  files.write("root/a.txt", "be");
  CHECK(replaced->file->read(0, 4).error().code == errc::invalid);
}

TEST_CASE("every version of a file has an identity of its own") {
  const tree files;
  const folder inside(files.root());
  const std::uint64_t first = inside.open("a.txt")->file->identity();
  CHECK(inside.open("a.txt")->file->identity() == first);
  files.write("root/new.txt", "gamma");
  fs::last_write_time(files.root() + "/new.txt", fs::last_write_time(files.root() + "/a.txt"));
  fs::rename(files.root() + "/new.txt", files.root() + "/a.txt");
  CHECK(inside.open("a.txt")->file->identity() != first);
}

TEST_CASE("a root that is no folder is refused") {
  const tree files;
  CHECK_THROWS_AS(folder(files.root() + "/a.txt"), std::system_error);
  CHECK_THROWS_AS(folder(files.root() + "/missing"), std::system_error);
}
