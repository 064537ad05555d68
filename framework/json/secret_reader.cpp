#include <string.h>

#include <algorithm>
#include <candela/json/detail/failure.hpp>
#include <candela/json/detail/tree_builder.hpp>
#include <candela/json/secret_reader.hpp>
#include <memory>
#include <span>

namespace candela::json {

namespace {

void overwrite(const void* bytes, std::size_t size) noexcept {
  // All of it is memory of our own, handed out as constant.
  if (size != 0) explicit_bzero(const_cast<void*>(bytes), size);
}

void overwrite(const value& item) noexcept {
  if (const auto text = item.string()) overwrite(text->data(), text->size());
  for (const value& each : item.elements()) overwrite(each);
  for (const member& each : item.members()) {
    overwrite(each.name.data(), each.name.size());
    overwrite(each.item);
  }
  overwrite(item.elements().data(), item.elements().size_bytes());
  overwrite(item.members().data(), item.members().size_bytes());
}

/// A parser of its own, whose buffers are overwritten with it. The thread's parser keeps what it has read.
class wiping_parser {
 public:
  explicit wiping_parser(std::string_view text) : text_(text.size()) {
    std::ranges::copy(text, text_.data());
    if (parser_.allocate(std::max<std::size_t>(text.size(), 1), read_options::greatest_depth)) throw std::bad_alloc();
  }
  wiping_parser(const wiping_parser&) = delete;
  wiping_parser& operator=(const wiping_parser&) = delete;
  ~wiping_parser() {
    overwrite(text_.data(), text_.size());
    // As large as `simdjson::dom::document::allocate` makes them.
    const std::size_t capacity = parser_.doc.capacity();
    if (parser_.doc.string_buf)
      overwrite(parser_.doc.string_buf.get(), SIMDJSON_ROUNDUP_N(5 * capacity / 3 + simdjson::SIMDJSON_PADDING, 64));
    if (parser_.doc.tape)
      overwrite(parser_.doc.tape.get(), SIMDJSON_ROUNDUP_N(capacity + 3, 64) * sizeof(std::uint64_t));
  }

  [[nodiscard]] bool parse(simdjson::dom::element& root) {
    return parser_.parse(text_.data(), text_.size(), false).get(root) == simdjson::SUCCESS;
  }

 private:
  simdjson::padded_string text_;
  simdjson::dom::parser parser_;
};

}  // namespace

secret_reader::secret_reader(std::string_view text, const read_options& options) {
  if (text.empty() || text.starts_with("\xEF\xBB\xBF")) return;
  wiping_parser parser(text);
  simdjson::dom::element root;
  if (!parser.parse(root)) return;
  detail::failure wrong;
  const std::size_t depth = std::clamp<std::size_t>(options.max_depth, 1, read_options::greatest_depth);
  well_formed_ = detail::tree_builder(memory_, depth, wrong).build(root, 0, root_);
}

secret_reader::~secret_reader() { overwrite(root_); }

}  // namespace candela::json
