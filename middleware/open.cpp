#include <candela/jose/seal.hpp>
#include <candela/middleware/open.hpp>
#include <candela/server/extension.hpp>

#include "middleware/detail/body_work.hpp"
#include "middleware/detail/jose_options.hpp"

namespace candela::middleware {

namespace {

using std::chrono::seconds;

jose::opening_rules read_rules(config::reader& options, std::size_t max_bytes) {
  using namespace std::chrono_literals;
  jose::opening_rules rules;
  rules.recipient = options.string("recipient");
  if (rules.recipient.empty()) options.get("recipient").fail("this service has to be named");
  rules.signatures = detail::read_signature_algorithms(options, "signatures", {"ES256"});
  for (const auto mac :
       {jose::signature_algorithm::hs256, jose::signature_algorithm::hs384, jose::signature_algorithm::hs512}) {
    if (rules.signatures.contains(mac)) options.get("signatures").fail("a MAC does not tell who has signed");
  }
  rules.algorithms = detail::read_key_algorithms(options, "algorithms", {"ECDH-ES+A256KW"});
  rules.encryption = detail::read_content_algorithms(options, "encryption", {"A256GCM"});
  rules.context = options.string("context", "");
  rules.content_type = options.string("content_type", "");
  rules.several = options.boolean("several", true);
  rules.require_expiry = options.boolean("require_expiry", false);
  if (options.has("max_age"))
    rules.max_age = std::chrono::duration_cast<seconds>(options.duration("max_age", {1s, 24h * 366}));
  rules.max_bytes = max_bytes;
  return rules;
}

/// The options. The first file has the own keys, the others those of the authors, in their order.
struct plan {
  plan(config::reader& options, const detail::body_settings& settings)
      : part(settings.part), rules(read_rules(options, settings.max_bytes)), files{options.get("keys")} {
    for (const config::node::member& each : options.members("signers")) {
      signers.push_back(each.key);
      files.push_back(each.value);
    }
    if (signers.empty()) options.get("signers").fail("the authors that are trusted have to be named");
  }

  detail::body_part part;
  jose::opening_rules rules;
  std::vector<std::string> signers;
  std::vector<config::node> files;
};

class codec final : public detail::unwrapping_codec {
 public:
  codec(const plan& options, std::span<const jose::key_set* const> keys)
      : unwrapping_codec(options.part), keys_(*keys[0]), rules_(options.rules) {
    for (std::size_t i = 0; i != options.signers.size(); ++i)
      rules_.signers.push_back({options.signers[i], *keys[i + 1]});
  }

  // Both decrypts and verifies.
  [[nodiscard]] bool is_light() const noexcept override { return false; }

 protected:
  std::expected<detail::unwrapped, jose::error> unwrap(std::string_view message, std::string_view place,
                                                       clock::wall_time now) const override {
    arena memory;
    auto read = jose::open(message, keys_, rules_, place, now, memory);
    if (!read) return std::unexpected(read.error());
    return detail::unwrapped{std::move(read->content), std::string(read->content_type), std::string(read->signer),
                             std::string(read->by->id())};
  }

 private:
  jose::key_set keys_;
  jose::opening_rules rules_;
};

detail::made_codec make_codec(const plan& options, std::span<const jose::key_set* const> keys) {
  auto fits = detail::require_opener(*keys[0], options.rules.algorithms, options.rules.encryption);
  if (!fits) return std::unexpected(detail::unfit_keys{0, fits.error()});
  for (std::size_t i = 1; i != keys.size(); ++i) {
    fits = detail::require_verifier(*keys[i], options.rules.signatures);
    if (!fits) return std::unexpected(detail::unfit_keys{i, fits.error()});
  }
  return std::make_shared<codec>(options, keys);
}

std::unique_ptr<detail::body_work> make(stage_setup& setup) {
  detail::body_settings settings = detail::read_body_settings(setup, detail::body_change::unwraps, false);
  plan options(setup.options(), settings);
  const std::vector<config::node> files = options.files;
  return std::make_unique<detail::body_work>(
      setup, "open", std::move(settings), files,
      [options = std::move(options)](std::span<const jose::key_set* const> keys) { return make_codec(options, keys); });
}

}  // namespace

open::open(stage_setup& setup) : body_stage(make(setup)) {}

CANDELA_STAGE("open", open);

}  // namespace candela::middleware
