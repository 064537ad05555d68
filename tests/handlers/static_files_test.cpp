#include <candela/handlers/static_files.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "tests/core/detail/scratch_folder.hpp"
#include "tests/handlers/handler_fixture.hpp"

using namespace candela;
using namespace candela::testing;
using handlers::static_files;

namespace {

namespace fs = std::filesystem;

// A site in a folder of its own, served below /s/.
class site {
 public:
  explicit site(const std::string& options = "") {
    write("root/index.html", "<h1>home</h1>");
    write("root/a.txt", "0123456789");
    write("root/docs/index.html", "docs");
    write("root/docs/page.HTML", "page");
    write("root/.env", "SECRET=1");
    write("root/caf\xC3\xA9 x.css", "css");
    write("root/empty.txt", "");
    write("secret.txt", "secret");
    server.time().set_wall(std::chrono::system_clock::now() + std::chrono::hours(1));
    server.get("/s/{path...}", server.made<static_files>("root: " + folder_.file("root") + "\n" + options));
    server.serve();
  }

  void write(const std::string& name, std::string_view text) const {
    fs::create_directories(fs::path(folder_.file(name)).parent_path());
    std::ofstream(folder_.file(name), std::ios::binary) << text;
  }
  [[nodiscard]] std::string ask(std::string_view method, std::string_view path, std::string_view fields = "") {
    return server.ask_and_wait(std::string(method) + " " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" +
                               std::string(fields) + "\r\n");
  }
  [[nodiscard]] std::string get(std::string_view path, std::string_view fields = "") {
    return ask("GET", path, fields);
  }
  [[nodiscard]] std::string file(const std::string& name) const { return folder_.file(name); }

  handler_fixture server;

 private:
  scratch_folder folder_;
};

std::string code_of(std::string_view response) { return std::string(response.substr(9, 3)); }

}  // namespace

TEST_CASE("a file is served with what describes it") {
  site pages;
  const std::string answer = pages.get("/s/a.txt");
  CHECK(status_of(answer) == "HTTP/1.1 200 OK");
  CHECK(body_of(answer) == "0123456789");
  CHECK(field_of(answer, "Content-Type") == "text/plain; charset=utf-8");
  CHECK(field_of(answer, "Content-Length") == "10");
  CHECK(field_of(answer, "Accept-Ranges") == "bytes");
  CHECK(field_of(answer, "Cache-Control") == "no-cache");
  const std::string tag = field_of(answer, "ETag");
  // Leading zeros are not written.
  CHECK((tag.size() > 2 && tag.size() <= 18));
  CHECK((tag.front() == '"' && tag.back() == '"'));
  CHECK(tag.find_first_not_of("0123456789abcdef", 1) == tag.size() - 1);
  CHECK(field_of(answer, "Last-Modified").ends_with(" GMT"));
}

TEST_CASE("names are decoded, extensions have no case") {
  site pages;
  CHECK(body_of(pages.get("/s/caf%C3%A9%20x.css")) == "css");
  CHECK(field_of(pages.get("/s/docs/page.HTML"), "Content-Type") == "text/html; charset=utf-8");
}

TEST_CASE("HEAD has the fields of GET and no body") {
  site pages;
  const std::string answer = pages.ask("HEAD", "/s/a.txt");
  CHECK(status_of(answer) == "HTTP/1.1 200 OK");
  CHECK(field_of(answer, "Content-Length") == "10");
  CHECK(field_of(answer, "ETag") == field_of(pages.get("/s/a.txt"), "ETag"));
  CHECK(body_of(answer).empty());
}

TEST_CASE("a folder is its index, with a slash behind it") {
  site pages;
  CHECK(body_of(pages.get("/s/")) == "<h1>home</h1>");
  CHECK(body_of(pages.get("/s/docs/")) == "docs");
  const std::string redirect = pages.get("/s/docs?a=b");
  CHECK(code_of(redirect) == "301");
  CHECK(field_of(redirect, "Location") == "/s/docs/?a=b");
  fs::create_directory(pages.file("root/bare"));
  CHECK(code_of(pages.get("/s/bare/")) == "404");
}

TEST_CASE("no path leads to what isn't served") {
  site pages;
  for (const std::string_view path :
       {"/s/missing", "/s/a.txt/", "/s/../secret.txt", "/s/%2e%2e/secret.txt", "/s/docs/../../secret.txt",
        "/s/..%2fsecret.txt", "/s/docs%2Fpage.HTML", "/s//a.txt", "/s/docs//page.HTML", "/s/./a.txt", "/s/.env", "/s//",
        "/s/docs//", "/s/%5c..%5csecret.txt", "/s/..;/secret.txt"}) {
    CAPTURE(path);
    const std::string answer = pages.get(path);
    CHECK(code_of(answer) == "404");
    CHECK(body_of(answer).find("\"not_found\"") != std::string::npos);
  }
  CHECK(code_of(pages.get("/s/a.txt%00.png")) == "400");
}

TEST_CASE("dot files are served when that is wanted") {
  site pages("dot_files: true");
  CHECK(body_of(pages.get("/s/.env")) == "SECRET=1");
  CHECK(code_of(pages.get("/s/../secret.txt")) == "404");
}

TEST_CASE("a client that has the file is told so") {
  site pages;
  const std::string whole = pages.get("/s/a.txt");
  const std::string tag = field_of(whole, "ETag");
  const std::string date = field_of(whole, "Last-Modified");
  for (const std::string& condition : {"If-None-Match: " + tag, "If-Modified-Since: " + date}) {
    CAPTURE(condition);
    const std::string answer = pages.get("/s/a.txt", condition + "\r\n");
    CHECK(code_of(answer) == "304");
    CHECK(field_of(answer, "ETag") == tag);
    CHECK(field_of(answer, "Content-Type") == "none");
    CHECK(body_of(answer).empty());
  }
  CHECK(code_of(pages.get("/s/a.txt", "If-None-Match: \"other\"\r\n")) == "200");
  CHECK(code_of(pages.get("/s/a.txt", "If-Match: \"other\"\r\n")) == "412");
  CHECK(code_of(pages.get("/s/a.txt", "If-Match: " + tag + "\r\n")) == "200");
}

TEST_CASE("a file that was just changed has a weak tag") {
  site pages;
  pages.server.time().set_wall(std::chrono::system_clock::now());
  pages.write("root/fresh.txt", "x");
  CHECK(field_of(pages.get("/s/fresh.txt"), "ETag").starts_with("W/\""));
}

TEST_CASE("a part of a file is served as asked") {
  site pages;
  const std::string answer = pages.get("/s/a.txt", "Range: bytes=2-4\r\n");
  CHECK(status_of(answer) == "HTTP/1.1 206 Partial Content");
  CHECK(field_of(answer, "Content-Range") == "bytes 2-4/10");
  CHECK(field_of(answer, "Content-Length") == "3");
  CHECK(body_of(answer) == "234");
  CHECK(body_of(pages.get("/s/a.txt", "Range: bytes=-2\r\n")) == "89");
  CHECK(body_of(pages.get("/s/a.txt", "Range: bytes=8-\r\n")) == "89");
}

TEST_CASE("a range that cannot be served is refused, one that does not count is ignored") {
  site pages;
  const std::string refused = pages.get("/s/a.txt", "Range: bytes=10-\r\n");
  CHECK(status_of(refused) == "HTTP/1.1 416 Range Not Satisfiable");
  CHECK(field_of(refused, "Content-Range") == "bytes */10");
  const std::string tag = field_of(pages.get("/s/a.txt"), "ETag");
  CHECK(code_of(pages.get("/s/a.txt", "Range: bytes=0-1\r\nIf-Range: " + tag + "\r\n")) == "206");
  CHECK(code_of(pages.get("/s/a.txt", "Range: bytes=0-1\r\nIf-Range: \"old\"\r\n")) == "200");
  CHECK(code_of(pages.get("/s/a.txt", "Range: bytes=20-\r\nIf-None-Match: " + tag + "\r\n")) == "304");
  CHECK(code_of(pages.get("/s/a.txt", "Range: bytes=0-1\r\nRange: bytes=2-3\r\n")) == "200");
  CHECK(code_of(pages.get("/s/empty.txt", "Range: bytes=0-\r\n")) == "200");
  CHECK(code_of(pages.ask("HEAD", "/s/a.txt", "Range: bytes=0-1\r\n")) == "200");
}

TEST_CASE("a large file comes in pieces, whole and in part") {
  site pages;
  std::string content;
  for (int i = 0; content.size() < 1'000'000; ++i) content += std::to_string(i) + ",";
  pages.write("root/large.bin", content);
  const std::string answer = pages.get("/s/large.bin");
  CHECK(field_of(answer, "Content-Length") == std::to_string(content.size()));
  CHECK(body_of(answer) == content);
  CHECK(body_of(pages.get("/s/large.bin", "Range: bytes=100000-500000\r\n")) == content.substr(100'000, 400'001));
}

TEST_CASE("a file that becomes shorter while it is sent breaks the connection") {
  site pages;
  pages.write("root/large.bin", std::string(4'000'000, 'x'));
  net::memory_peer peer;
  peer.set_window(100'000);
  pages.server.connect(peer);
  peer.send(get_request("/s/large.bin"));
  pages.server.run_until([&] { return peer.received().size() == 100'000; });
  fs::resize_file(pages.file("root/large.bin"), 1000);
  peer.set_window(SIZE_MAX);
  pages.server.run_until([&] { return peer.closed() && pages.server.dispatcher().running() == 0; });
  CHECK(peer.received().size() < 4'000'000);
}

TEST_CASE("a client that leaves in the middle of a file leaves nothing behind") {
  site pages;
  pages.write("root/large.bin", std::string(4'000'000, 'x'));
  {
    net::memory_peer peer;
    peer.set_window(100'000);
    pages.server.connect(peer);
    peer.send(get_request("/s/large.bin"));
    pages.server.run_until([&] { return peer.received().size() == 100'000; });
    peer.reset();
    pages.server.run_until([&] { return pages.server.dispatcher().running() == 0; });
  }
  CHECK(code_of(pages.get("/s/a.txt")) == "200");
}

TEST_CASE("media types, caching and the index are a matter of configuration") {
  site pages("types: {txt: text/x-own}\ncache_control: 'public, max-age=60'\nindex: [home.html, a.txt]");
  const std::string answer = pages.get("/s/");
  CHECK(body_of(answer) == "0123456789");
  CHECK(field_of(answer, "Content-Type") == "text/x-own");
  CHECK(field_of(answer, "Cache-Control") == "public, max-age=60");
}

TEST_CASE("a wrong folder or index is refused at its place") {
  CHECK(refusal_of<static_files>("root: missing").find("service.yml:1:7: root: cannot be opened as a folder") == 0);
  CHECK(refusal_of<static_files>("").find("root") != std::string::npos);
  CHECK(refusal_of<static_files>("root: /\nindex: ../x").find("service.yml:2:8: index:") == 0);
  CHECK(refusal_of<static_files>("root: /\ncache_control: \"a\\nb\"").find("service.yml:2:16: cache_control:") == 0);
  CHECK(refusal_of<static_files>("root: /\ntypes: {txt: \"a\\nb\"}").find("service.yml:2:14: types.txt:") == 0);
  CHECK(refusal_of<static_files>("root: /\nindex: [a, b]") == "accepted");
}
