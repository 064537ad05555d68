// Which parser a text gets.
#include <algorithm>
#include <candela/json/detail/document.hpp>
#include <new>

namespace candela::json::detail {
namespace {

// Room is made here, since simdjson would make it with its own depth.
void prepare(simdjson::dom::parser& parser, std::size_t bytes) {
  if (parser.capacity() >= bytes && parser.max_depth() == document::parser_depth) return;
  constexpr std::size_t least_bytes = 1024;
  if (parser.allocate(std::max(bytes, least_bytes), document::parser_depth)) throw std::bad_alloc();
}

simdjson::dom::parser& kept_parser() {
  thread_local simdjson::dom::parser parser;
  return parser;
}

}  // namespace

document::document(std::string_view text) {
  // Later versions of simdjson skip a byte order mark; a text on the wire must not have one (RFC 8259 section 8.1).
  if (text.empty() || text.starts_with("\xEF\xBB\xBF")) return;
  if (text.size() > kept_bytes) own_ = std::make_unique<simdjson::dom::parser>();
  simdjson::dom::parser& parser = own_ ? *own_ : kept_parser();
  prepare(parser, text.size());
  const auto wrong = parser.parse(text.data(), text.size(), true).get(root_);
  if (wrong == simdjson::MEMALLOC) throw std::bad_alloc();
  well_formed_ = wrong == simdjson::SUCCESS;
}

}  // namespace candela::json::detail
