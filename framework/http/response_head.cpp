#include <candela/core/text.hpp>
#include <candela/http/response_head.hpp>

namespace candela::http {

header_block::header_block(const std::vector<std::pair<std::string, std::string>>& fields) : fields_(fields) {
  for (const auto& [name, value] : fields_) {
    const header token = token_of(name);
    if (token != header::unknown) present_ |= std::uint64_t{1} << static_cast<unsigned>(token);
    rendered_.append(token == header::unknown ? std::string_view(name) : canonical_name(token));
    rendered_.append(": ").append(value).append("\r\n");
  }
}

}  // namespace candela::http
