#include <candela/audit/verifier.hpp>
#include <candela/jose/explanation.hpp>
#include <candela/json/reader.hpp>

namespace candela::audit {

namespace {

constexpr std::size_t max_depth = 16;

std::string_view text_member(const json::value& members, std::string_view name) noexcept {
  const json::value* found = members.find(name);
  return found == nullptr ? std::string_view() : found->string().value_or("");
}

std::string numbers(std::uint64_t first, std::uint64_t last) {
  return first == last ? "line " + std::to_string(first) + " is"
                       : "lines " + std::to_string(first) + " to " + std::to_string(last) + " are";
}

digest digest_from(std::string_view text) noexcept {
  digest copy;
  text.copy(copy.data(), copy.size());
  return copy;
}

}  // namespace

std::string finding::text() const {
  std::string whole = file;
  if (line != 0) whole += (whole.empty() ? "line " : ":") + std::to_string(line);
  if (!whole.empty()) whole += ": ";
  if (sequence != 0) whole += "sequence " + std::to_string(sequence) + ": ";
  return whole + what;
}

finding verifier::wrong(std::string what) const { return {file_, line_, sequence_, std::move(what)}; }

std::expected<void, finding> verifier::begin_file(std::string_view name) {
  const std::uint64_t next = known_.at.sequence + 1;
  if (known_.files != 0 && !known_.at.ended) {
    sequence_ = next;
    ++line_;
    return refuse("the file has no end: what stood here was removed");
  }
  file_ = name;
  line_ = sequence_ = 0;
  must_open_ = true;
  return {};
}

std::expected<void, finding> verifier::end_file() const {
  if (must_open_) return refuse("there is no whole line in the file");
  return {};
}

std::expected<void, finding> verifier::read(std::string_view text) {
  memory_.clear();
  ++line_;
  sequence_ = known_.first == 0 ? 0 : known_.at.sequence + 1;
  const auto line = read_line(text);
  const auto members = json::parse<json::value>(text, memory_, {.max_depth = max_depth});
  if (!line || !members || members->type() != json::value::kind::object) return refuse("this is no line of a trail");
  if (const auto placed = check_place(*line); !placed) return placed;
  sequence_ = line->sequence;
  if (const auto right = check_kind(*line, *members); !right) return right;
  stream_position& at = known_.at;
  at.sequence = line->sequence;
  at.head = digest_of(text);
  if (line->kind == line_kind::request) ++at.requests;
  return {};
}

// Number and link.
std::expected<void, finding> verifier::check_place(const line_view& line) const {
  if (known_.first == 0) return {};
  const std::uint64_t expected = known_.at.sequence + 1;
  if (line.sequence > expected) {
    return refuse(numbers(expected, line.sequence - 1) + " not here: removed, or moved");
  }
  if (line.sequence < expected) {
    return refuse("line " + std::to_string(line.sequence) + " stands here: inserted, repeated, or moved");
  }
  if (line.previous != text_of(known_.at.head)) {
    return refuse("the link to the line before is broken: one of the two was changed");
  }
  return {};
}

std::expected<void, finding> verifier::check_kind(const line_view& line, const json::value& members) {
  if ((line.kind == line_kind::open) != (must_open_ || known_.at.ended)) {
    return refuse(line.kind == line_kind::open ? "a file begins before the one before it has ended"
                                               : "a file begins without its first line");
  }
  switch (line.kind) {
    case line_kind::open: return check_open(line, members);
    case line_kind::checkpoint: return check_checkpoint(line, members);
    default: ++known_.at.unsigned_lines; return {};
  }
}

std::expected<void, finding> verifier::check_open(const line_view& line, const json::value& members) {
  const std::string_view stream = text_member(members, "stream");
  const std::string_view file = text_member(members, "file");
  const std::string_view after = text_member(members, "after");
  if (line.content != open_content(stream, file, text_member(members, "at"), after)) {
    return refuse("this is no first line of a file");
  }
  if (file != text_of(file_name{std::string(stream), line.sequence})) return refuse("the file's name is not its own");
  if (!file_.empty() && file != file_) return refuse("the file was another one: " + std::string(file));
  if (known_.first != 0 && stream != known_.stream) return refuse("the trail is another one: " + std::string(stream));
  if (const auto follows = check_after(line, after); !follows) return follows;
  if (known_.first == 0) known_.first = line.sequence;
  known_.stream = stream;
  known_.at.file = file;
  known_.at.ended = false;
  ++known_.at.unsigned_lines;
  ++known_.files;
  must_open_ = false;
  return {};
}

// That the file before this one is the right one; or, when it is not here, what its signed end says.
std::expected<void, finding> verifier::check_after(const line_view& line, std::string_view token) {
  if (known_.first != 0) {
    if (token == known_.at.last_checkpoint) return {};
    return refuse("the file does not follow the one before it");
  }
  if (line.sequence == 1) {
    if (token.empty() && line.previous == text_of(no_digest)) return {};
    return refuse("a trail begins, and something is said to stand before it");
  }
  const auto before = read_checkpoint(token, keys_, memory_);
  if (!before) return refuse("the signature of the file before does not hold: " + jose::text_of(before.error()));
  std::string text;
  if (before->head.size() == digest_characters && before->last) {
    append_line(text, line.sequence - 1, digest_from(before->head), checkpoint_content(token));
  }
  if (before->seq + 2 != line.sequence || text_of(digest_of(text)) != line.previous) {
    return refuse("the file does not follow the one that it names");
  }
  known_.at.requests = before->requests;
  return {};
}

std::expected<void, finding> verifier::check_checkpoint(const line_view& line, const json::value& members) {
  const std::string_view token = text_member(members, "jws");
  if (line.content != checkpoint_content(token)) return refuse("this is no checkpoint");
  auto claims = read_checkpoint(token, keys_, memory_);
  if (!claims) return refuse("the signature does not hold: " + jose::text_of(claims.error()));
  stream_position& at = known_.at;
  if (claims->stream != known_.stream || claims->file != at.file) return refuse("the checkpoint is of another file");
  if (claims->seq != at.sequence || claims->head != text_of(at.head) || claims->requests != at.requests) {
    return refuse("the checkpoint is of another place");
  }
  at.last_checkpoint = token;
  at.unsigned_lines = 0;
  at.ended = claims->last;
  known_.signed_at = std::move(claims->at);
  ++known_.checkpoints;
  return {};
}

}  // namespace candela::audit
