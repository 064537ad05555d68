#include <algorithm>
#include <candela/audit/stream_writer.hpp>
#include <charconv>

namespace candela::audit {

namespace {

constexpr std::size_t max_stream_name = 64;
constexpr std::size_t least_digits = 12;
constexpr std::size_t frame_bytes = 128;  // more than stands around a line's content
constexpr std::string_view extension = ".jsonl";

bool is_name_character(char each) noexcept {
  return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') || (each >= '0' && each <= '9') || each == '-' ||
         each == '_' || each == '.';
}

std::string note(std::string_view what) {
  return R"("type":"note","at":")" + text_of(now()) + R"(","what":")" + std::string(what) + '"';
}

void add_number(std::string& content, std::string_view name, std::uint64_t number) {
  content.append(",\"").append(name).append("\":").append(std::to_string(number));
}

}  // namespace

bool is_stream_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= max_stream_name && name.front() != '.' &&
         std::ranges::all_of(name, is_name_character);
}

std::string text_of(const file_name& name) {
  std::string digits = std::to_string(name.first);
  digits.insert(0, least_digits - std::min(least_digits, digits.size()), '0');
  return name.stream + '.' + digits + std::string(extension);
}

std::optional<file_name> parse_file_name(std::string_view name) {
  if (!name.ends_with(extension)) return std::nullopt;
  const std::string_view stem = name.substr(0, name.size() - extension.size());
  const std::size_t dot = stem.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  file_name found{std::string(stem.substr(0, dot)), 0};
  std::from_chars(stem.data() + dot + 1, stem.data() + stem.size(), found.first);
  // There is one way to write it.
  if (found.first == 0 || !is_stream_name(found.stream) || text_of(found) != name) return std::nullopt;
  return found;
}

std::string open_content(std::string_view stream, std::string_view file, std::string_view at, std::string_view after) {
  std::string content = R"("type":"open","v":1,"stream":")";
  content.append(stream).append(R"(","file":")").append(file).append(R"(","at":")").append(at).append(R"(","after":)");
  if (after.empty()) return content.append("null");
  return content.append("\"").append(after).append("\"");
}

std::string checkpoint_content(std::string_view token) {
  return std::string(R"("type":"checkpoint","jws":")").append(token).append("\"");
}

std::string stream_writer::next_file() const { return text_of(file_name{stream_, at_.sequence + 1}); }

void stream_writer::append(std::string& out, std::string_view content) {
  const std::size_t begin = out.size();
  out.reserve(begin + content.size() + frame_bytes);
  append_line(out, at_.sequence + 1, at_.head, content);
  try {
    at_.head = digest_of(std::string_view(out).substr(begin));
  } catch (...) {
    out.resize(begin);
    throw;
  }
  out.push_back('\n');
  ++at_.sequence;
  ++at_.unsigned_lines;
  at_.ended = false;
}

void stream_writer::begin_file(std::string& out) {
  const stream_position before = at_;
  const std::size_t kept = out.size();
  try {
    at_.file = next_file();
    append(out, open_content(stream_, at_.file, text_of(now()), at_.last_checkpoint));
    append_checkpoint(out, false);
  } catch (...) {
    out.resize(kept);
    at_ = before;
    throw;
  }
}

void stream_writer::append_request(std::string& out, std::string_view content) {
  append(out, content);
  ++at_.requests;
}

void stream_writer::append_recovery(std::string& out, std::string_view torn) {
  const stream_position before = at_;
  const std::size_t kept = out.size();
  try {
    std::string content = note("recovered");
    add_number(content, "unsigned", at_.unsigned_lines);
    add_number(content, "torn_bytes", torn.size());
    if (!torn.empty()) {
      const digest sum = digest_of(torn);
      content.append(R"(,"torn_sha256":")").append(text_of(sum)).append("\"");
    }
    append(out, content);
    append_checkpoint(out, false);
  } catch (...) {
    out.resize(kept);
    at_ = before;
    throw;
  }
}

void stream_writer::append_gap(std::string& out, std::uint64_t refused, std::uint64_t unrecorded) {
  std::string content = note("gap");
  add_number(content, "refused", refused);
  add_number(content, "unrecorded", unrecorded);
  append(out, content);
}

void stream_writer::append_checkpoint(std::string& out, bool last) {
  std::string token = signer_.sign({.stream = stream_,
                                    .file = at_.file,
                                    .seq = at_.sequence,
                                    .head = std::string(text_of(at_.head)),
                                    .requests = at_.requests,
                                    .at = text_of(now()),
                                    .last = last});
  append(out, checkpoint_content(token));
  at_.last_checkpoint = std::move(token);
  at_.unsigned_lines = 0;
  at_.ended = last;
}

}  // namespace candela::audit
