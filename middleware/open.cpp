#include <candela/jose/seal.hpp>
#include <candela/middleware/open.hpp>
#include <candela/server/extension.hpp>

#include "middleware/detail/body_work.hpp"
#include "middleware/detail/jose_options.hpp"

namespace candela::middleware {

namespace {

using std::chrono::seconds;

std::vector<jose::trusted_signer> read_signers(config::reader& options, jose::signature_algorithms accepted) {
  std::vector<jose::trusted_signer> read;
  for (const config::node::member& each : options.members("signers")) {
    read.push_back({std::string(each.key), detail::read_keys(each.value)});
    detail::require_verifier(read.back().keys, accepted, each.value);
  }
  if (read.empty()) options.get("signers").fail("the authors that are trusted have to be named");
  return read;
}

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
  rules.signers = read_signers(options, rules.signatures);
  rules.context = options.string("context", "");
  rules.content_type = options.string("content_type", "");
  rules.several = options.boolean("several", true);
  rules.require_expiry = options.boolean("require_expiry", false);
  if (options.has("max_age"))
    rules.max_age = std::chrono::duration_cast<seconds>(options.duration("max_age", {1s, 24h * 366}));
  rules.max_bytes = max_bytes;
  return rules;
}

class codec final : public detail::unwrapping_codec {
 public:
  codec(detail::body_part part, config::reader& options, std::size_t max_bytes)
      : unwrapping_codec(std::move(part)),
        keys_(detail::read_keys(options.get("keys"))),
        rules_(read_rules(options, max_bytes)) {
    detail::require_opener(keys_, rules_.algorithms, rules_.encryption, options.get("keys"));
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

std::unique_ptr<detail::body_work> make(stage_setup& setup) {
  detail::body_settings settings = detail::read_body_settings(setup, detail::body_change::unwraps, false);
  auto made = std::make_shared<codec>(settings.part, setup.options(), settings.max_bytes);
  return std::make_unique<detail::body_work>(setup, "open", std::move(settings), std::move(made));
}

}  // namespace

open::open(stage_setup& setup) : body_stage(make(setup)) {}

CANDELA_STAGE("open", open);

}  // namespace candela::middleware
