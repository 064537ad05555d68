// Framing and checking of answers.
#include "bench/load/response_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

namespace candela::bench {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view head_end = "\r\n\r\n";
constexpr std::size_t most_head_bytes = 16 * 1024;

bool starts_like(std::string_view line, std::string_view lower_case_name) {
  return line.size() >= lower_case_name.size() &&
         std::equal(lower_case_name.begin(), lower_case_name.end(), line.begin(), [](char name, char byte) {
           return name == (byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 32) : byte);
         });
}

// The digits of a Content-Length line; false when there is anything else.
bool length_in(std::string_view line, std::size_t& length) {
  line.remove_prefix(line.find(':') + 1);
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  const auto [stop, error] = std::from_chars(line.data(), line.data() + line.size(), length);
  return error == std::errc{} && stop == line.data() + line.size();
}

}  // namespace

response_reader::response_reader(std::string expected_body) : expected_body_(std::move(expected_body)) {}

answers_read response_reader::read(std::string_view bytes, std::size_t at_most) {
  answers_read result;
  while (result.answers < at_most && result.consumed < bytes.size()) {
    const std::string_view rest = bytes.substr(result.consumed);
    if (matches_pattern(rest)) {
      ++result.answers;
      result.consumed += pattern_.size();
      continue;
    }
    const parsed_answer parsed = parse(rest);
    result.broken = !parsed.framed;
    if (result.broken) complain(rest);
    if (!parsed.framed || !parsed.complete) return result;
    ++result.answers;
    result.consumed += parsed.bytes;
    if (!judge(rest.substr(0, parsed.bytes), parsed)) ++result.wrong;
  }
  return result;
}

bool response_reader::matches_pattern(std::string_view bytes) const {
  if (pattern_.empty() || bytes.size() < pattern_.size()) return false;
  const auto same = [&](std::size_t from, std::size_t size) {
    return std::memcmp(bytes.data() + from, pattern_.data() + from, size) == 0;
  };
  return same(0, status_bytes_) && same(length_line_, length_line_bytes_) &&
         same(body_ - head_end.size(), pattern_.size() - body_ + head_end.size());
}

response_reader::parsed_answer response_reader::parse(std::string_view bytes) {
  constexpr std::string_view version = "HTTP/1.1 ";
  parsed_answer answer;
  answer.framed = bytes.substr(0, version.size()) == version.substr(0, bytes.size());
  const std::size_t end = bytes.find(head_end);
  if (end == std::string_view::npos) {
    answer.framed = answer.framed && bytes.size() < most_head_bytes;
    return answer;
  }
  answer.head_bytes = end + head_end.size();
  answer.status_line = bytes.substr(0, bytes.find(line_end));
  const std::size_t length = body_length(bytes.substr(0, end + line_end.size()), answer);
  answer.framed = answer.framed && answer.length_line != 0;
  answer.bytes = answer.head_bytes + length;
  answer.complete = bytes.size() >= answer.bytes;
  return answer;
}

// Walks the field lines, each of which ends in `line_end`.
std::size_t response_reader::body_length(std::string_view head, parsed_answer& answer) {
  std::size_t length = 0;
  for (std::size_t line = answer.status_line.size() + line_end.size(); line < head.size();) {
    const std::size_t next = head.find(line_end, line);
    const std::string_view text = head.substr(line, next - line);
    if (starts_like(text, "transfer-encoding:")) answer.framed = false;
    if (starts_like(text, "content-length:")) {
      if (answer.length_line != 0 || !length_in(text, length)) answer.framed = false;
      answer.length_line = line;
    }
    line = next + line_end.size();
  }
  return length;
}

bool response_reader::judge(std::string_view answer, const parsed_answer& parsed) {
  const bool ok = parsed.status_line.substr(9, 4) == "200 " || parsed.status_line.substr(9) == "200";
  const std::string_view body = answer.substr(parsed.head_bytes);
  if (!ok || (!expected_body_.empty() && body != expected_body_)) {
    complain(answer);
    return false;
  }
  pattern_ = answer;
  status_bytes_ = parsed.status_line.size() + line_end.size();
  length_line_ = parsed.length_line;
  length_line_bytes_ = answer.find(line_end, length_line_) + line_end.size() - length_line_;
  body_ = parsed.head_bytes;
  return true;
}

void response_reader::complain(std::string_view about) {
  constexpr std::size_t shown = 300;
  if (!first_wrong_.empty()) return;
  first_wrong_ = about.substr(0, shown);
  std::replace_if(first_wrong_.begin(), first_wrong_.end(), [](char byte) { return byte >= 0 && byte < ' '; }, ' ');
}

}  // namespace candela::bench
