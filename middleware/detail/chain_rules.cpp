#include "middleware/detail/chain_rules.hpp"

#include <candela/jose/explanation.hpp>
#include <candela/jose/key_set.hpp>
#include <optional>
#include <string>

#include "middleware/detail/file_content.hpp"

namespace candela::middleware::detail {

namespace {

using std::chrono::seconds;

constexpr unsigned most_links = 64;

seconds whole_seconds(config::reader& options, std::string_view key, seconds otherwise, seconds low, seconds high) {
  return std::chrono::duration_cast<seconds>(options.duration(key, otherwise, {low, high}));
}

void require_identity(const config::node& place, std::string_view text) {
  if (!custody::is_identity(text)) place.fail("an identity is a spiffe: or urn: URI");
}

std::vector<std::string> read_identities(config::reader& options) {
  std::vector<std::string> identities = options.strings("identities");
  if (identities.empty()) options.get("identities").fail("at least one identity of this service");
  for (const std::string& each : identities) require_identity(options.get("identities"), each);
  return identities;
}

// A root is an identity, or an identity with what it may begin.
custody::allowed_root read_root(const config::node& item) {
  if (item.kind() != config::node_kind::map) {
    require_identity(item, item.as_string());
    return {.issuer = item.as_string()};
  }
  config::reader said(item);
  custody::allowed_root root{.issuer = said.string("issuer"),
                             .audience = said.string("audience", ""),
                             .operation = said.string("operation", "")};
  require_identity(said.get("issuer"), root.issuer);
  said.finish();
  return root;
}

jose::signature_algorithms read_algorithms(config::reader& said) {
  jose::signature_algorithms algorithms;
  for (const std::string& name : said.strings("algorithms", {"ES256"})) {
    const auto known = jose::signature_algorithm_of(name);
    if (!known || name.starts_with("HS")) said.get("algorithms").fail("algorithms of signatures with public keys");
    algorithms.add(*known);
  }
  return algorithms;
}

custody::evidence_issuer read_issuer(const config::node& item) {
  config::reader said(item);
  custody::evidence_issuer made{.issuer = said.string("issuer"), .keys = {}, .algorithms = read_algorithms(said)};
  std::expected<jose::key_set, jose::error> keys = jose::key_set::from_json(required_content(said, "keys"));
  if (!keys) said.get("keys").fail(said.path("keys").string() + ": " + jose::text_of(keys.error()));
  made.keys = std::make_shared<const jose::key_set>(std::move(*keys));
  said.finish();
  return made;
}

}  // namespace

custody::chain_rules read_chain_rules(config::reader& options) {
  custody::chain_rules rules;
  rules.identities = read_identities(options);
  for (const config::node& each : options.list("roots")) rules.roots.push_back(read_root(each));
  if (rules.roots.empty()) options.get("roots").fail("at least one service that may begin a chain");
  for (const config::node& each : options.list("evidence")) rules.evidence.push_back(read_issuer(each));
  rules.evidence_required = options.boolean("evidence_required", false);
  rules.covered_headers = options.strings("covered_headers");
  rules.max_links = options.integer<unsigned>("max_links", rules.max_links, {1, most_links});
  rules.max_bytes = options.size("max_bytes", rules.max_bytes, {1024, 1024 * 1024});
  rules.skew = whole_seconds(options, "skew", rules.skew, seconds(0), seconds(30));
  rules.max_link_lifetime =
      whole_seconds(options, "max_link_lifetime", rules.max_link_lifetime, seconds(1), std::chrono::hours(1));
  rules.max_proof_lifetime =
      whole_seconds(options, "max_proof_lifetime", rules.max_proof_lifetime, seconds(1), seconds(30));
  rules.loops = options.boolean("loops", false);
  rules.mtls = options.choose<bool>("proof", {{"signed", false}, {"mtls", true}}, false);
  rules.single_use = options.choose<bool>("links", {{"reusable", false}, {"single_use", true}}, false);
  return rules;
}

}  // namespace candela::middleware::detail
