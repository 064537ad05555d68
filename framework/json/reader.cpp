// The way of a text: parsed whole by simdjson, then walked once along the type's table.
#include <algorithm>
#include <candela/json/detail/diagnosis.hpp>
#include <candela/json/detail/document.hpp>
#include <candela/json/detail/failure.hpp>
#include <candela/json/detail/shape_reader.hpp>
#include <candela/json/reader.hpp>

namespace candela::json {

std::optional<error> read(std::string_view text, const shape& type, void* target, arena& memory,
                          const read_options& options) {
  read_options bounded = options;
  bounded.max_depth = std::clamp<std::size_t>(options.max_depth, 1, read_options::greatest_depth);
  const detail::document parsed(text);
  if (!parsed.well_formed()) return detail::diagnosis(text, bounded.max_depth).run();
  detail::failure wrong;
  detail::shape_reader reader(memory, bounded, wrong);
  if (reader.read(type, target, parsed.root(), 0)) return std::nullopt;
  return std::move(wrong).locate(text);
}

}  // namespace candela::json
