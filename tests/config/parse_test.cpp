// YAML documents as nodes: structure, places, anchors, and what is refused.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>
#include <unistd.h>

#include "support.hpp"

namespace candela::config {

namespace {

struct place {
  std::string text;
  std::string key;
  std::string where;
};

struct refusal {
  std::string text;
  std::string message;
};

/// A folder of the test's own, removed with it.
class temporary_folder {
 public:
  temporary_folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "candela-config-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~temporary_folder() { std::filesystem::remove_all(path_); }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  [[nodiscard]] std::string write(const char* name, std::string_view content) const {
    const std::filesystem::path file = path_ / name;
    std::ofstream(file, std::ios::binary) << content;
    return file.string();
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("a document is a tree of maps, lists and scalars in the order of the file") {
  const node root = parse("server:\n  port: 80\n  names: [one, 'two']\nempty:\n");
  REQUIRE(root.kind() == node_kind::map);
  const auto members = root.members();
  REQUIRE(members.size() == 2);
  CHECK(members[0].key == "server");
  CHECK(members[1].key == "empty");
  CHECK(members[1].value.is_null());
  const node server = root.get("server");
  CHECK(server.get("port").as_integer() == 80);
  const auto names = server.get("names").items();
  REQUIRE(names.size() == 2);
  CHECK(names[1].as_string() == "two");
  CHECK(names[1].path() == "server.names[1]");
}

TEST_CASE("an empty document is a null node") {
  for (const char* text : {"", "\n\n", "# only a comment\n", "---\n", "~\n"}) {
    CAPTURE(text);
    CHECK(parse(text).is_null());
  }
}

TEST_CASE("every node knows its file, line and column") {
  const place places[] = {
      {"a: 1", "a", "service.yml:1:4"},
      {"a: 1\nb: 'two'\n", "b", "service.yml:2:4"},
      {"a: 1\nb:\n  - x\n", "b", "service.yml:3:3"},
      {"a: {x: 1}\n", "a", "service.yml:1:4"},
      {"x: 1\na:\n    y: 1\n", "a", "service.yml:3:5"},
      {"\xEF\xBB\xBF"
       "a: 1",
       "a", "service.yml:1:4"},
      {"\"\xC3\xA4\xC3\xB6\": x\na: 1", "a", "service.yml:2:4"},
      {"{\"\xE2\x82\xAC\xC3\xB6\": x, a: 1}", "a", "service.yml:1:14"},
      {"x: 1\r\na: 2\r\n", "a", "service.yml:2:4"},
  };
  for (const auto& [text, key, where] : places) {
    CAPTURE(text);
    CHECK(to_string(parse(text).get(key).where()) == where);
  }
}

TEST_CASE("a missing member stands where its map does") {
  const node missing = parse("a: 1\nb:\n  c: 2\n").get("b").get("d");
  CHECK(missing.is_null());
  CHECK(missing.path() == "b.d");
  CHECK(to_string(missing.where()) == "service.yml:3:3");
}

TEST_CASE("what is no valid document is refused with file, line and column") {
  const refusal refusals[] = {
      {"a: 1\na: 2\n", "service.yml:2:1: the key \"a\" is given twice"},
      {"x:\n  a: 1\n  'a': 2\n", "service.yml:3:3: x: the key \"a\" is given twice"},
      {"a: [1, 2\n", "service.yml:2:1: not valid YAML: end of sequence flow not found"},
      {"a: [${X}]\n",
       "service.yml:1:6: not valid YAML: end of sequence flow not found (inside [] and {} a ${NAME} needs quotes)"},
      {"x: 1\na: 'open\nb: 2\n",
       "service.yml:4:1: not valid YAML: illegal EOF in scalar (a quote is not closed; it opens after line 2, column "
       "1)"},
      {"a: \"open\n  ",
       "service.yml:2:2: not valid YAML: illegal EOF in scalar (a quote is not closed; it opens after line 1, column "
       "1)"},
      {"a: 1\n---\nb: 2\n", "service.yml:2:1: the document ends before this (a file holds one document)"},
      {"- a\nb: 1\n", "service.yml:2:1: the document ends before this (a file holds one document)"},
      {"a: !!str 1\n", "service.yml:1:4: a: tags are not supported"},
      {"a: !custom {b: 1}\n", "service.yml:1:4: a: tags are not supported"},
      {"a: !custom [b]\n", "service.yml:1:4: a: tags are not supported"},
      {"[a]: 1\n", "service.yml:1:1: a key must be a plain word or a string"},
      {"? {a: 1}\n: 1\n", "service.yml:1:3: a key must be a plain word or a string"},
      {"~: 1\n", "service.yml:1:1: expected a key, found nothing"},
      {"a: &n x\n*n : 1\n", "service.yml:2:1: an alias cannot be a key"},
      {"a: *unknown\n", "service.yml:1:4: not valid YAML: the referenced anchor is not defined"},
      {"a: &loop [*loop]\n", "service.yml:1:11: a[0]: an alias inside the value that it names"},
      {"a: 1\nb: {<<: 5}\n", "service.yml:2:5: b: \"<<\" takes a map or a list of maps"},
  };
  for (const auto& [text, message] : refusals) {
    CAPTURE(text);
    CHECK(failure([&] { return parse(text); }) == message);
  }
}

TEST_CASE("a block of text keeps its line breaks at the end of the file") {
  CHECK(parse("a: |\n  x\n").get("a").as_string() == "x\n");
  CHECK(parse("a: |\n  x").get("a").as_string() == "x");
  CHECK(parse("a: |-\n  x\n").get("a").as_string() == "x");
  CHECK(parse("a: |+\n  x\n\n").get("a").as_string() == "x\n\n");
}

TEST_CASE("an alias repeats what its anchor names") {
  const node root = parse("base: &b {limit: 5, window: 1s}\ncopy: *b\nword: &w hello\nsame: *w\n");
  CHECK(root.get("copy").get("limit").as_integer() == 5);
  CHECK(root.get("copy").get("limit").path() == "copy.limit");
  CHECK(root.get("same").as_string() == "hello");
}

TEST_CASE("a merge key adds members that are not written out, the first source winning") {
  const node root = parse("one: &a {x: 1, y: 1}\ntwo: &b {y: 2, z: 2}\nall: {<<: [*a, *b], x: 9}\n");
  const node all = root.get("all");
  CHECK(all.members().size() == 3);
  CHECK(all.get("x").as_integer() == 9);
  CHECK(all.get("y").as_integer() == 1);
  CHECK(all.get("z").as_integer() == 2);
}

TEST_CASE("a file is read under its path, and relative paths start in its folder") {
  const temporary_folder folder;
  const std::string file = folder.write("service.yml", "tls:\n  key: certificates/key.pem\n  root: /etc/ca.pem\n");
  const node tls = load_file(file, variables()).get("tls");
  CHECK(tls.get("key").as_path() == folder.path() / "certificates/key.pem");
  CHECK(tls.get("root").as_path() == "/etc/ca.pem");
  CHECK(to_string(tls.get("key").where()) == file + ":2:8");
}

TEST_CASE("a file that cannot be read is one clear error") {
  const temporary_folder folder;
  const std::string missing = (folder.path() / "none.yml").string();
  CHECK(failure([&] { return load_file(missing, variables()); }) ==
        missing + ": cannot be read: No such file or directory");
  const std::string directory = folder.path().string();
  CHECK(failure([&] { return load_file(directory, variables()); }) == directory + ": cannot be read: Is a directory");
}

TEST_CASE("a file of the largest size is read and one byte more is refused") {
  const temporary_folder folder;
  std::string text = "a: 1 #";
  text.append(max_document_bytes - text.size(), 'x');
  CHECK(load_file(folder.write("most.yml", text), variables()).get("a").as_integer() == 1);
  const std::string larger = folder.write("larger.yml", text + "x");
  CHECK(failure([&] { return load_file(larger, variables()); }) == larger + ": larger than 1048576 bytes");
}

}  // namespace candela::config
