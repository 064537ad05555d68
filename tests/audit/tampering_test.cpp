// What happens to files on a disk: changed, removed, moved, copied, cut, forged.
#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "tests/audit/trails.hpp"

using namespace candela;
using namespace candela::testing;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0, end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    lines.push_back(text.substr(begin, end - begin + 1));
  }
  return lines;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& each : lines) text += each;
  return text;
}

// A trail of one file, with its lines as a test has left them.
std::string verdict_of(const std::vector<std::string>& lines) {
  trail_texts trail = make_trail(1);
  trail.begin()->second = joined(lines);
  return verdict(trail);
}

}  // namespace

TEST_CASE("a trail that nobody touched holds, with its key and without one") {
  const trail_texts trail = make_trail(3);
  CHECK(verdict(trail) == "holds");
  CHECK(verdict(trail, nullptr) == "holds");
}

TEST_CASE("every change of a single byte is seen") {
  trail_texts trail = make_trail(1);
  std::string& text = trail.begin()->second;
  REQUIRE(text.size() > 1000);
  for (std::size_t at = 0; at != text.size(); ++at) {
    const char kept = text[at];
    for (const int flipped : {1, 2, 0x20, 0x80}) {
      text[at] = static_cast<char>(kept ^ flipped);
      CAPTURE(at);
      CAPTURE(flipped);
      CHECK(verdict(trail) != "holds");
    }
    text[at] = kept;
  }
  CHECK(verdict(trail) == "holds");
}

TEST_CASE("a byte that is removed or added anywhere is seen") {
  const trail_texts trail = make_trail(1);
  const std::string& text = trail.begin()->second;
  for (std::size_t at = 0; at != text.size(); ++at) {
    trail_texts changed = trail;
    changed.begin()->second.erase(at, 1);
    CAPTURE(at);
    CHECK(verdict(changed) != "holds");
    changed = trail;
    changed.begin()->second.insert(at, 1, ' ');
    CHECK(verdict(changed) != "holds");
  }
}

TEST_CASE("every line that is removed, repeated or moved is seen and named") {
  const std::vector<std::string> lines = lines_of(make_trail(1).begin()->second);
  REQUIRE(lines.size() == 7);
  for (std::size_t i = 0; i != lines.size(); ++i) {
    CAPTURE(i);
    if (i + 1 != lines.size()) {
      std::vector<std::string> fewer = lines;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      CHECK(verdict_of(fewer) != "holds");
    }
    for (std::size_t to = 0; to <= lines.size(); ++to) {
      std::vector<std::string> more = lines;
      more.insert(more.begin() + static_cast<std::ptrdiff_t>(to), lines[i]);
      CHECK(verdict_of(more) != "holds");
    }
    for (std::size_t other = i + 1; other != lines.size(); ++other) {
      std::vector<std::string> swapped = lines;
      std::swap(swapped[i], swapped[other]);
      CHECK(verdict_of(swapped) != "holds");
    }
  }
  std::vector<std::string> fewer = lines;
  fewer.erase(fewer.begin() + 3);
  CHECK(verdict_of(fewer) == "shop.000000000001.jsonl:4: sequence 4: line 4 is not here: removed, or moved");
  std::vector<std::string> repeated = lines;
  repeated.insert(repeated.begin() + 3, lines[2]);
  CHECK(verdict_of(repeated) ==
        "shop.000000000001.jsonl:4: sequence 4: line 3 stands here: inserted, repeated, or moved");
}

TEST_CASE("a line that is made up is seen, also by one who links the rest anew but cannot sign") {
  // Everything from the third line on, written again by somebody without the key: the checkpoints stay what they were.
  const std::vector<std::string> lines = lines_of(make_trail(1).begin()->second);
  audit::stream_writer forger("shop", audit_signer());
  std::vector<std::string> forged{lines[0], lines[1]};
  std::string head_of = lines[1].substr(0, lines[1].size() - 1);
  for (std::size_t i = 2; i != lines.size(); ++i) {
    const auto line = audit::read_line(std::string_view(lines[i]).substr(0, lines[i].size() - 1));
    std::string again;
    audit::append_line(again, line->sequence, audit::digest_of(head_of), i == 2 ? request_line(99) : line->content);
    head_of = again;
    forged.push_back(again + '\n');
  }
  CHECK(verdict_of(forged) == "shop.000000000001.jsonl:5: sequence 5: the checkpoint is of another place");
}

TEST_CASE("a checkpoint by another key is refused, and so is one of another trail") {
  const audit::signer other(jose::key::generate(jose::curve::p256).value());
  CHECK(verdict(make_trail(1, other)) ==
        "shop.000000000001.jsonl:2: sequence 2: the signature does not hold: key_unknown: no key that would do is "
        "known here (kid)");
  const std::vector<std::string> ours = lines_of(make_trail(1).begin()->second);
  const std::vector<std::string> theirs = lines_of(make_trail(1, audit_signer(), "bank").begin()->second);
  CHECK(verdict_of({ours[0], theirs[1]}) != "holds");
}

TEST_CASE("a file that is removed, emptied, renamed or taken for another one is seen") {
  const trail_texts trail = make_trail(3);
  const auto name = [&](int index) { return std::next(trail.begin(), index)->first; };
  SUBCASE("the one in the middle removed") {
    trail_texts changed = trail;
    changed.erase(name(1));
    CHECK(verdict(changed) == name(2) + ":1: sequence 8: lines 8 to 14 are not here: removed, or moved");
  }
  SUBCASE("two swapped") {
    trail_texts changed = trail;
    std::swap(changed[name(1)], changed[name(2)]);
    CHECK(verdict(changed) == name(1) + ":1: sequence 8: lines 8 to 14 are not here: removed, or moved");
  }
  SUBCASE("one emptied") {
    for (int i = 0; i != 3; ++i) {
      trail_texts changed = trail;
      changed[name(i)].clear();
      CHECK(verdict(changed) == name(i) + ": there is no whole line in the file");
    }
  }
  SUBCASE("one cut before its end") {
    trail_texts changed = trail;
    std::string& text = changed[name(1)];
    text.erase(text.rfind('\n', text.size() - 2) + 1);
    CHECK(verdict(changed) == name(1) + ":7: sequence 14: the file has no end: what stood here was removed");
  }
  SUBCASE("one renamed") {
    trail_texts changed = trail;
    changed["shop.000000000099.jsonl"] = changed.extract(name(2)).mapped();
    CHECK(verdict(changed) == "shop.000000000099.jsonl:1: sequence 15: the file was another one: " + name(2));
  }
  SUBCASE("one of another life of the same trail") {
    trail_texts changed = trail;
    changed[name(1)] = make_trail(3)[name(1)];
    CHECK(verdict(changed) != "holds");
  }
}

TEST_CASE("a trail whose oldest files are elsewhere holds from the first that is here, by what its first line names") {
  trail_texts trail = make_trail(3);
  trail.erase(trail.begin());
  CHECK(verdict(trail) == "holds");
  // The name of the file that is not here is signed; it cannot be another one.
  const std::vector<std::string> lines = lines_of(make_trail(2).rbegin()->second);
  std::vector<std::string> mixed = lines_of(trail.begin()->second);
  mixed[0] = lines[0];
  trail.begin()->second = joined(mixed);
  CHECK(verdict(trail) != "holds");
}

TEST_CASE("of a cut tail it is said what is signed, and that the file has not ended") {
  const trail_texts whole = make_trail(1);
  const std::vector<std::string> lines = lines_of(whole.begin()->second);
  const auto summary_of_first = [&](std::size_t count) {
    audit::verifier checked(&audit_signer().verifiers());
    REQUIRE(checked.begin_file(whole.begin()->first));
    for (std::size_t i = 0; i != count; ++i) {
      REQUIRE(checked.read(std::string_view(lines[i]).substr(0, lines[i].size() - 1)));
    }
    return checked.summary();
  };
  CHECK(summary_of_first(7).at.ended);
  CHECK(summary_of_first(7).at.unsigned_lines == 0);
  CHECK(summary_of_first(7).at.requests == 3);
  CHECK_FALSE(summary_of_first(6).at.ended);
  CHECK(summary_of_first(6).at.unsigned_lines == 1);
  CHECK(summary_of_first(5).at.unsigned_lines == 0);
  CHECK_FALSE(summary_of_first(5).at.ended);
  CHECK(summary_of_first(4).at.unsigned_lines == 2);
}

TEST_CASE("files on a disk are found by their names, and each trail is read by itself") {
  const scratch_folder folder;
  for (const auto& [name, text] : make_trail(2)) write_file(folder.file(name), text);
  for (const auto& [name, text] : make_trail(1, audit_signer(), "bank")) write_file(folder.file(name), text);
  write_file(folder.file("shop.000000000001.jsonl.torn"), "x");
  const std::vector<std::filesystem::path> places{folder.file("")};
  const auto streams = audit::find_streams(places);
  REQUIRE(streams.size() == 2);
  CHECK(streams[0].stream == "bank");
  CHECK(streams[1].files.size() == 2);
  for (const auto& each : streams) CHECK(audit::verify_files(each, &audit_signer().verifiers()));
  write_file(streams[1].files[1], "{\"seq\":8");
  const auto torn = audit::verify_files(streams[1], &audit_signer().verifiers());
  REQUIRE_FALSE(torn);
  CHECK(torn.error().what == "behind this line stand 8 bytes of one that was not written to its end, or cut");
  const std::vector<std::filesystem::path> other{folder.file("shop.000000000001.jsonl.torn")};
  CHECK_THROWS_AS(static_cast<void>(audit::find_streams(other)), std::runtime_error);
}
