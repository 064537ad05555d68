#include <candela/audit/line.hpp>

#include <doctest/doctest.h>

#include <candela/audit/stream_writer.hpp>

using namespace candela;
using namespace candela::audit;

TEST_CASE("a line that was written is read as it was") {
  std::string text;
  append_line(text, 12, no_digest, R"("type":"note","what":"x")");
  CHECK(text == R"({"seq":12,"prev":")" + std::string(43, 'A') + R"(","type":"note","what":"x"})");
  const auto line = read_line(text);
  REQUIRE(line);
  CHECK(line->sequence == 12);
  CHECK(line->previous == text_of(no_digest));
  CHECK(line->kind == line_kind::note);
  CHECK(line->content == R"("type":"note","what":"x")");
}

TEST_CASE("what is written in any other way is no line") {
  const std::string link(43, 'A');
  const auto framed = [&](std::string_view number, std::string_view rest) {
    return R"({"seq":)" + std::string(number) + R"(,"prev":")" + link + std::string(rest);
  };
  const std::string usual = R"(","type":"note"})";
  REQUIRE(read_line(framed("1", usual)));
  for (const std::string& text :
       {std::string(), std::string("{}"), std::string(R"({"seq":1,"prev":"A","type":"note"})"), framed("0", usual),
        framed("01", usual), framed(" 1", usual), framed("-1", usual), framed("99999999999999999999", usual),
        framed("1", R"(","type":"other"})"), framed("1", R"(","type":"note")")}) {
    CAPTURE(text);
    CHECK_FALSE(read_line(text));
  }
}

TEST_CASE("times are told to the microsecond") {
  CHECK(text_of(wall_time{}) == "1970-01-01T00:00:00.000000Z");
  CHECK(text_of(wall_time(std::chrono::microseconds(1'769'860'805'000'042))) == "2026-01-31T12:00:05.000042Z");
}

TEST_CASE("the digest of nothing is the known one") {
  CHECK(text_of(digest_of("")) == "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU");
}

TEST_CASE("a file's name says whose trail it is and where it begins, in one way only") {
  CHECK(text_of(file_name{"shop-1", 42}) == "shop-1.000000000042.jsonl");
  const auto name = parse_file_name("shop-1.000000000042.jsonl");
  REQUIRE(name);
  CHECK(name->stream == "shop-1");
  CHECK(name->first == 42);
  CHECK(parse_file_name("a.b.1000000000000.jsonl")->stream == "a.b");
  for (const char* other : {"shop.42.jsonl", "shop.000000000000.jsonl", "shop.0000000000042.jsonl", "shop.jsonl",
                            ".000000000042.jsonl", "shop.000000000042.jsonl.torn", "a b.000000000042.jsonl"}) {
    CAPTURE(other);
    CHECK_FALSE(parse_file_name(other));
  }
  CHECK_FALSE(is_stream_name("../shop"));
  CHECK_FALSE(is_stream_name(std::string(65, 'a')));
}
