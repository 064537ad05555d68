#include "tests/conformance/case_reader.hpp"

#include <charconv>
#include <set>

namespace candela::conformance {
namespace {

using system_test::body_end;

std::size_t number(std::string_view text, int base = 10) {
  std::size_t value = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value, base);
  if (read.ec != std::errc() || read.ptr != end) throw malformed_case("not a number: " + std::string(text));
  return value;
}

// Cuts the first word off `line` and leaves what follows its one space.
std::string_view take_word(std::string_view& line) {
  const std::size_t space = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, space);
  line.remove_prefix(std::min(space + 1, line.size()));
  return word;
}

// What the escape that `text` begins with stands for; it is cut off.
std::string take_escape(std::string_view& text) {
  const char kind = text.size() > 1 ? text[1] : '\0';
  if (kind == 'x' && text.size() >= 4) {
    const char byte = static_cast<char>(number(text.substr(2, 2), 16));
    text.remove_prefix(4);
    return {byte};
  }
  constexpr std::string_view kinds = "rnts\\{";
  constexpr std::string_view bytes = "\r\n\t \\{";
  const std::size_t at = kinds.find(kind);
  if (at == std::string_view::npos) throw malformed_case("unknown escape in " + std::string(text));
  text.remove_prefix(2);
  return {bytes[at]};
}

std::string take_repeat(std::string_view& text) {
  text.remove_prefix(std::string_view("{repeat:").size());
  const std::size_t colon = text.find(':');
  const std::size_t brace = text.find('}');
  if (colon == std::string_view::npos || brace == std::string_view::npos || brace < colon) {
    throw malformed_case("unfinished repeat");
  }
  const std::size_t count = number(text.substr(0, colon));
  const std::string once = unescape(text.substr(colon + 1, brace - colon - 1));
  text.remove_prefix(brace + 1);
  std::string all;
  for (std::size_t i = 0; i != count; ++i) all += once;
  return all;
}

body_end end_of(std::string_view word) {
  if (word == "none") return body_end::none;
  if (word == "length") return body_end::length;
  if (word == "chunked") return body_end::chunked;
  if (word == "close") return body_end::close;
  throw malformed_case("unknown end of a body");
}

void read_expectation(expected_response& into, std::string_view line) {
  const std::string_view word = take_word(line);
  if (word == "header") {
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) throw malformed_case("a header is NAME: VALUE");
    into.headers.emplace_back(line.substr(0, colon), unescape(line.substr(colon + 2)));
  } else if (word == "has") {
    into.present.emplace_back(line);
  } else if (word == "lacks") {
    into.absent.emplace_back(line);
  } else if (word == "body") {
    into.body = unescape(line);
  } else if (word == "body-contains") {
    into.body_contains.push_back(unescape(line));
  } else if (word == "body-lacks") {
    into.body_lacks.push_back(unescape(line));
  } else if (word == "body-bytes") {
    into.body_bytes = number(line);
  } else if (word == "body-end") {
    into.body_end = end_of(line);
  } else if (word == "like-first") {
    into.like_first = true;
  } else {
    throw malformed_case("unknown expectation " + std::string(word));
  }
}

/// Gathers the lines of one file into cases.
class file_reader {
 public:
  explicit file_reader(const std::string& file) : file_(file) {}

  void take(std::string_view line) {
    ++line_;
    if (line.empty() || line.front() == '#') return;
    try {
      take_line(line);
    } catch (const malformed_case& wrong) {
      throw malformed_case(file_ + ":" + std::to_string(line_) + ": " + wrong.what());
    }
  }

  std::vector<test_case> finish() {
    if (cases_.empty()) throw malformed_case(file_ + ": there is no case in it");
    if (!ended_) throw malformed_case(file_ + ": the last case has no end");
    return std::move(cases_);
  }

 private:
  void take_line(std::string_view line) {
    const std::string_view word = take_word(line);
    if (word == "==") return begin_case(line);
    if (ended_) throw malformed_case("a line behind a case's end");
    test_case& now = cases_.back();
    if (word == "rfc") {
      now.rfc = line;
    } else if (word == "server") {
      now.server = line;
    } else if (word == "whole") {
      now.only_whole = true;
    } else if (word == ">") {
      send(unescape(line) + "\r\n");
    } else if (word == ">-") {
      send(unescape(line));
    } else if (word == "half-close") {
      now.steps.emplace_back(half_close{});
    } else if (word == "<") {
      expect(line);
    } else {
      end_case(word, line);
    }
  }

  void begin_case(std::string_view name) {
    if (!ended_) throw malformed_case("the case before has no end");
    if (!names_.emplace(name).second) throw malformed_case("a second case of this name");
    ended_ = false;
    test_case& made = cases_.emplace_back();
    made.name = name;
    made.file = file_;
    made.line = line_;
  }

  void end_case(std::string_view word, std::string_view line) {
    test_case& now = cases_.back();
    if (word == "closed") now.close_unannounced = line == "unannounced";
    if (word != "open" && word != "closed") throw malformed_case("unknown word " + std::string(word));
    if (now.rfc.empty()) throw malformed_case("the case does not say where its rule stands");
    now.end = word == "open" ? ending::open : ending::closed;
    ended_ = true;
  }

  void send(std::string bytes) {
    std::vector<step>& steps = cases_.back().steps;
    if (steps.empty() || !std::holds_alternative<send_bytes>(steps.back())) steps.emplace_back(send_bytes{});
    std::get<send_bytes>(steps.back()).bytes += bytes;
  }

  void expect(std::string_view line) {
    std::vector<step>& steps = cases_.back().steps;
    if (!line.empty() && line.front() >= '1' && line.front() <= '5') {
      expected_response made;
      made.status = static_cast<unsigned>(number(take_word(line)));
      made.to_head = line == "head";
      steps.emplace_back(std::move(made));
      return;
    }
    if (steps.empty() || !std::holds_alternative<expected_response>(steps.back())) {
      throw malformed_case("an expectation without a response");
    }
    read_expectation(std::get<expected_response>(steps.back()), line);
  }

  std::string file_;
  std::size_t line_ = 0;
  bool ended_ = true;
  std::vector<test_case> cases_;
  std::set<std::string, std::less<>> names_;
};

}  // namespace

std::string unescape(std::string_view text) {
  std::string bytes;
  while (!text.empty()) {
    if (text.front() == '\\') {
      bytes += take_escape(text);
    } else if (text.starts_with("{repeat:")) {
      bytes += take_repeat(text);
    } else {
      bytes += text.front();
      text.remove_prefix(1);
    }
  }
  return bytes;
}

std::vector<test_case> read_cases(std::string_view text, const std::string& file) {
  file_reader reader(file);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    reader.take(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return reader.finish();
}

}  // namespace candela::conformance
