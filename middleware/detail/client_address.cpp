#include "middleware/detail/client_address.hpp"

#include <candela/core/text.hpp>
#include <optional>

namespace candela::middleware::detail {

namespace {

// "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]:80".
std::optional<net::address> read_node(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    text = text.substr(1, end - 1);
  } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos && colon == text.rfind(':')) {
    text = text.substr(0, colon);
  }
  if (text.empty() || text.front() == '*' || text.size() >= net::address::max_text) return std::nullopt;
  const auto read = net::address::parse(text, 0);
  return read ? std::optional(*read) : std::nullopt;
}

// The parameter `for` of an element (RFC 7239, section 4). Names such as "unknown" or "_hidden" are no addresses.
std::optional<net::address> read_element(std::string_view element) {
  while (!element.empty()) {
    const std::size_t end = element.find(';');
    const std::string_view pair = trim(element.substr(0, end));
    element = end == std::string_view::npos ? std::string_view() : element.substr(end + 1);
    if (pair.size() < 4 || !equal_ignoring_case(pair.substr(0, 4), "for=")) continue;
    std::string_view value = pair.substr(4);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    return read_node(value);
  }
  return std::nullopt;
}

/// The elements of a list that may stand in several field lines, the last one first.
class elements_from_end {
 public:
  elements_from_end(const http::headers& fields, http::header name)
      : fields_(fields), name_(name), at_(fields.size()) {}

  std::optional<std::string_view> next() {
    while (!open_) {
      if (at_ == 0) return std::nullopt;
      if (fields_[--at_].token != name_) continue;
      line_ = fields_[at_].value;
      open_ = true;
    }
    const std::size_t comma = line_.rfind(',');
    open_ = comma != std::string_view::npos;
    const std::string_view element = trim(open_ ? line_.substr(comma + 1) : line_);
    if (open_) line_ = line_.substr(0, comma);
    return element;
  }

 private:
  const http::headers& fields_;
  http::header name_;
  std::size_t at_;
  std::string_view line_;
  bool open_ = false;
};

}  // namespace

client_address::client_address(config::reader& options) {
  for (const std::string& each : options.strings("trusted_proxies")) {
    auto range = net::network::parse(each);
    if (!range) options.get("trusted_proxies").fail(range.error());
    trusted_.push_back(*range);
  }
  by_ = options.choose<list>("forwarded_by",
                             {{"X-Forwarded-For", list::x_forwarded_for}, {"Forwarded", list::forwarded}}, by_);
}

net::address client_address::of(const exchange& x) const {
  net::address nearest = x.peer();
  if (trusted_.empty() || !net::any_contains(trusted_, nearest)) return nearest;
  const bool plain = by_ == list::x_forwarded_for;
  elements_from_end elements(x.request().headers(), plain ? http::header::x_forwarded_for : http::header::forwarded);
  while (const auto element = elements.next()) {
    const auto read = plain ? read_node(*element) : read_element(*element);
    if (!read) return nearest;
    nearest = *read;
    if (!net::any_contains(trusted_, nearest)) return nearest;
  }
  return nearest;
}

}  // namespace candela::middleware::detail
