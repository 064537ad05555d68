#include <algorithm>
#include <bit>
#include <candela/http/uri.hpp>
#include <candela/server/router.hpp>
#include <cstring>
#include <stdexcept>

namespace candela {

namespace {

// Multiplies and folds 8 bytes at a time; paths are configuration, so that nobody outside chooses what collides.
std::uint64_t hash_of(std::string_view text) noexcept {
  std::uint64_t hash = 0x9E3779B97F4A7C15ull ^ text.size();
  const char* next = text.data();
  std::size_t left = text.size();
  for (; left >= 8; left -= 8, next += 8) {
    std::uint64_t word;
    std::memcpy(&word, next, 8);
    hash = (hash ^ word) * 0xFF51AFD7ED558CCDull;
    hash ^= hash >> 32;
  }
  std::uint64_t tail = 0;
  std::memcpy(&tail, next, left);
  hash = (hash ^ tail) * 0xC4CEB9FE1A85EC53ull;
  return hash ^ (hash >> 29);
}

std::uint64_t length_bit(std::string_view path) noexcept {
  return std::uint64_t{1} << std::min<std::size_t>(path.size(), 63);
}

// Where the first slash stands, or the text's size. Segments are short: eight bytes at a time beat a call.
std::size_t find_slash(std::string_view text) noexcept {
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + at, 8);
    const std::uint64_t zero_where_slash = word ^ 0x2F2F2F2F2F2F2F2Full;
    const std::uint64_t found = (zero_where_slash - 0x0101010101010101ull) & ~zero_where_slash & 0x8080808080808080ull;
    if (found != 0) return at + static_cast<std::size_t>(std::countr_zero(found)) / 8;
  }
  while (at != text.size() && text[at] != '/') ++at;
  return at;
}

std::string_view take_segment(std::string_view& rest) noexcept {
  const std::size_t slash = find_slash(rest);
  const std::string_view segment = rest.substr(0, slash);
  rest.remove_prefix(std::min(slash + 1, rest.size()));
  return segment;
}

std::uint64_t word_at(const char* bytes) noexcept {
  std::uint64_t word;
  std::memcpy(&word, bytes, 8);
  return word;
}

// The first eight bytes as one word, padded with zeros.
std::uint64_t prefix_of(std::string_view text) noexcept {
  std::uint64_t word = 0;
  if (text.size() >= 8) {
    word = word_at(text.data());
  } else if (text.size() >= 4) {
    std::uint32_t first;
    std::uint32_t last;
    std::memcpy(&first, text.data(), 4);
    std::memcpy(&last, text.data() + text.size() - 4, 4);
    word = first | std::uint64_t{last} << (8 * (text.size() - 4));
  } else {
    for (std::size_t i = 0; i != text.size(); ++i)
      word |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
  }
  return word;
}

enum class segment_kind { literal, parameter, rest };

struct pattern_segment {
  segment_kind kind = segment_kind::literal;
  std::string_view text;
};

[[noreturn]] void refuse(std::string_view pattern, const char* why) {
  throw std::invalid_argument("route \"" + std::string(pattern) + "\": " + why);
}

pattern_segment read_segment(std::string_view pattern, std::string_view text) {
  if (text.empty() || text.front() != '{') {
    if (text.find_first_of("{}") != std::string_view::npos) refuse(pattern, "a parameter takes a whole segment");
    return {segment_kind::literal, text};
  }
  if (text.find('}') == std::string_view::npos) refuse(pattern, "the closing brace is missing");
  if (text.back() != '}') refuse(pattern, "a parameter takes a whole segment");
  text = text.substr(1, text.size() - 2);
  const bool rest = text.ends_with("...");
  if (rest) text.remove_suffix(3);
  if (text.empty() || text.find_first_of("{}.") != std::string_view::npos)
    refuse(pattern, "a parameter needs a plain name");
  return {rest ? segment_kind::rest : segment_kind::parameter, text};
}

std::string_view decode_literal(std::string_view pattern, std::string_view text, arena& memory) {
  const std::optional<std::string_view> decoded = http::decode_segment(text, memory);
  if (!decoded) refuse(pattern, "an escape is malformed");
  return *decoded;
}

}  // namespace

struct router::node {
  // A literal of up to sixteen bytes is told by its first and its last eight, which may overlap.
  struct child {
    std::uint64_t first;
    std::uint64_t mask;  // the bytes of `first` that count
    std::uint64_t last;
    std::string text;
    std::unique_ptr<node> below;

    [[nodiscard]] bool begins(std::string_view rest, std::uint64_t word) const noexcept {
      if ((word & mask) != first) return false;
      const std::size_t size = text.size();
      if (size <= 8) return true;
      return rest.size() >= size && word_at(rest.data() + size - 8) == last && (size <= 16 || rest.starts_with(text));
    }
  };
  std::vector<child> literals;
  std::unique_ptr<node> parameter;
  const path_entry* entry = nullptr;       // a pattern ends here
  const path_entry* rest_entry = nullptr;  // a {name...} begins here

  node& literal(std::string_view text) {
    if (const node* known = find(text)) return const_cast<node&>(*known);
    std::uint64_t mask = text.size() >= 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * text.size())) - 1;
    // Only an escape puts a slash into a segment: a path without escapes never has this one.
    if (text.find('/') != std::string_view::npos) mask = 0;
    const std::uint64_t last = text.size() > 8 ? word_at(text.data() + text.size() - 8) : 0;
    literals.push_back({prefix_of(text), mask, last, std::string(text), std::make_unique<node>()});
    return *literals.back().below;
  }
  [[nodiscard]] const node* find(std::string_view text) const noexcept {
    const auto found = std::ranges::find(literals, text, &child::text);
    return found == literals.end() ? nullptr : found->below.get();
  }
};

// One walk through the tree of patterns; goes back where a literal led to nothing.
struct router::search {
  arena& memory;
  route_match& match;

  const path_entry* at_end(const node& here) {
    if (here.entry != nullptr) return here.entry;
    return here.rest_entry == nullptr ? nullptr : take_rest(here, {});
  }

  const path_entry* take_rest(const node& here, std::string_view rest) {
    match.parameters[match.parameter_count++] = rest;
    return here.rest_entry;
  }

  // `rest` is what follows the slash that led here.
  const path_entry* walk(const node& here, std::string_view rest) {
    if (!here.literals.empty()) {
      const std::uint64_t word = prefix_of(rest);
      for (const node::child& each : here.literals) {
        if (!each.begins(rest, word)) continue;
        const std::size_t size = each.text.size();
        if (size != rest.size() && rest[size] != '/') continue;
        const path_entry* found = size == rest.size() ? at_end(*each.below) : walk(*each.below, rest.substr(size + 1));
        if (found != nullptr) return found;
        break;
      }
    }
    if (here.parameter != nullptr && !rest.empty() && rest.front() != '/') {
      const std::size_t size = find_slash(rest);
      const std::uint8_t before = match.parameter_count;
      match.parameters[match.parameter_count++] = rest.substr(0, size);
      const path_entry* found =
          size == rest.size() ? at_end(*here.parameter) : walk(*here.parameter, rest.substr(size + 1));
      if (found != nullptr) return found;
      match.parameter_count = before;
    }
    return here.rest_entry == nullptr ? nullptr : take_rest(here, rest);
  }

  // The same for a path with escapes: what a segment decodes to counts.
  const path_entry* walk_escaped(const node& here, std::string_view rest, bool ended) {
    if (ended) return at_end(here);
    const std::string_view whole_rest = rest;
    const std::string_view raw = take_segment(rest);
    const bool last = raw.size() == whole_rest.size();
    const std::string_view text = decode(raw);
    if (const node* below = here.find(text)) {
      if (const path_entry* found = walk_escaped(*below, rest, last)) return found;
    }
    if (here.parameter != nullptr && !text.empty()) {
      const std::uint8_t before = match.parameter_count;
      match.parameters[match.parameter_count++] = text;
      if (const path_entry* found = walk_escaped(*here.parameter, rest, last)) return found;
      match.parameter_count = before;
    }
    return here.rest_entry == nullptr ? nullptr : take_rest(here, decode(whole_rest));
  }

  std::string_view decode(std::string_view raw) {
    if (raw.find('%') == std::string_view::npos) return raw;
    match.decoded = true;
    return http::decode_segment(raw, memory).value_or(raw);
  }
};

router::router() : root_(std::make_unique<node>()) {}
router::~router() = default;

const route* router::path_entry::find(http::method method) const noexcept {
  const route* found = by_method[static_cast<std::size_t>(method)];
  if (found != nullptr) return found;
  if (method == http::method::head) {
    if (const route* get = by_method[static_cast<std::size_t>(http::method::get)]) return get;
  }
  return method == http::method::options ? options : not_allowed;
}

std::string router::path_entry::allow() const {
  std::string list;
  for (std::size_t i = 0; i != http::method_count; ++i) {
    const auto method = static_cast<http::method>(i);
    const bool head = method == http::method::head && by_method[static_cast<std::size_t>(http::method::get)] != nullptr;
    if (by_method[i] == nullptr && !head && method != http::method::options) continue;
    if (!list.empty()) list += ", ";
    list += name_of(method);
  }
  return list;
}

router::path_entry& router::at(std::string_view pattern) {
  for (const auto& entry : entries_) {
    if (entry->pattern == pattern) return *entry;
  }
  if (pattern.empty() || pattern.front() != '/') refuse(pattern, "a path begins with a slash");
  auto made = std::make_unique<path_entry>();
  made->pattern = pattern;
  arena memory;
  node* here = root_.get();
  bool ended_by_rest = false;
  std::string_view rest = pattern.substr(1);
  for (bool more = true; more;) {
    more = rest.find('/') != std::string_view::npos;
    const pattern_segment segment = read_segment(pattern, take_segment(rest));
    if (segment.kind != segment_kind::literal) {
      if (std::ranges::find(made->parameters, segment.text) != made->parameters.end())
        refuse(pattern, "a parameter is named twice");
      if (made->parameters.size() == http::head_memo::max_parameters) refuse(pattern, "more than 8 parameters");
      made->parameters.emplace_back(segment.text);
    }
    switch (segment.kind) {
      case segment_kind::literal: here = &here->literal(decode_literal(pattern, segment.text, memory)); break;
      case segment_kind::parameter:
        if (!here->parameter) here->parameter = std::make_unique<node>();
        here = here->parameter.get();
        break;
      case segment_kind::rest:
        if (more) refuse(pattern, "{name...} must be the last segment");
        ended_by_rest = true;
        break;
    }
  }
  const path_entry*& place = ended_by_rest ? here->rest_entry : here->entry;
  if (place != nullptr) refuse(pattern, ("it means the same paths as " + place->pattern).c_str());
  place = made.get();
  entries_.push_back(std::move(made));
  path_entry& entry = *entries_.back();
  // What a pattern writes with escapes has other forms, which only the tree tells.
  if (entry.parameters.empty() && pattern.find('%') == std::string_view::npos) {
    add_static(entry.pattern, entry);
  } else {
    dynamic_ = true;
  }
  return entry;
}

void router::add_static(std::string_view path, const path_entry& entry) {
  if ((static_count_ + 1) * 2 > statics_.size()) {
    std::vector<static_slot> old(std::max<std::size_t>(16, statics_.size() * 2));
    old.swap(statics_);
    for (const static_slot& slot : old) {
      if (slot.entry != nullptr) place(slot);
    }
  }
  place({hash_of(path), &entry, path});
  ++static_count_;
  static_lengths_ |= length_bit(path);
}

void router::place(static_slot slot) noexcept {
  std::size_t index = slot.hash & (statics_.size() - 1);
  while (statics_[index].entry != nullptr) index = (index + 1) & (statics_.size() - 1);
  statics_[index] = slot;
}

const router::path_entry* router::find(std::string_view path, bool escaped, arena& memory, route_match& match) const {
  match.parameter_count = 0;
  match.decoded = false;
  if ((static_lengths_ & length_bit(path)) != 0) {
    const std::uint64_t hash = hash_of(path);
    for (std::size_t index = hash & (statics_.size() - 1); statics_[index].entry != nullptr;
         index = (index + 1) & (statics_.size() - 1)) {
      if (statics_[index].hash == hash && statics_[index].path == path) return statics_[index].entry;
    }
  }
  if (path.empty() || path.front() != '/') return nullptr;
  if (!dynamic_ && !escaped) return nullptr;
  search walk{memory, match};
  return escaped ? walk.walk_escaped(*root_, path.substr(1), false) : walk.walk(*root_, path.substr(1));
}

}  // namespace candela
