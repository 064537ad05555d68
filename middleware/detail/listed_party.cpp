#include "middleware/detail/listed_party.hpp"

namespace candela::middleware::detail {

listed_party::listed_party(config::reader& options, std::string_view list, authentication by)
    : name_(options.string("name")), client_(options.string("client", "")), scopes_(options.strings("scopes")) {
  if (name_.empty()) options.get("name").fail("a name is needed");
  views_.assign(scopes_.begin(), scopes_.end());
  who_.issuer = list;
  who_.subject = name_;
  who_.client_id = client_;
  who_.scopes = views_;
  who_.by = by;
}

}  // namespace candela::middleware::detail
