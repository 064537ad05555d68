#include <candela/jose/seal.hpp>
#include <candela/middleware/seal.hpp>
#include <candela/server/extension.hpp>

#include "middleware/detail/body_work.hpp"
#include "middleware/detail/jose_options.hpp"
#include "middleware/detail/wrapping.hpp"

namespace candela::middleware {

namespace {

using std::chrono::seconds;

/// The options. The first file has the own key, the others those of the recipients, in their order.
struct plan {
  plan(config::reader& options, const detail::body_settings& settings)
      : part(settings.part),
        signer(options.string("signer")),
        signature(detail::read_algorithm(options, "signature", jose::signature_algorithm::es256)),
        algorithm(detail::read_algorithm(options, "algorithm", jose::key_algorithm::ecdh_es_a256kw)),
        encryption(detail::read_algorithm(options, "encryption", jose::content_algorithm::a256gcm)),
        context(options.string("context", "")),
        files{options.get("keys")} {
    using namespace std::chrono_literals;
    if (signer.empty()) options.get("signer").fail("the author has to be named");
    if (signature <= jose::signature_algorithm::hs512)
      options.get("signature").fail("a MAC does not tell who has signed");
    read_recipients(options);
    if (options.has("lifetime"))
      lifetime = std::chrono::duration_cast<seconds>(options.duration("lifetime", {1s, 24h * 366}));
  }

  detail::body_part part;
  std::string signer;
  jose::signature_algorithm signature;
  jose::key_algorithm algorithm;
  jose::content_algorithm encryption;
  std::string context;
  std::optional<seconds> lifetime;
  std::vector<std::string> recipients;
  std::vector<config::node> files;

 private:
  void read_recipients(config::reader& options) {
    for (const config::node::member& each : options.members("recipients")) {
      if (each.key.empty()) each.value.fail("a recipient has no name");
      recipients.push_back(each.key);
      files.push_back(each.value);
    }
    if (recipients.empty()) options.get("recipients").fail("those who can open it have to be named");
    if (recipients.size() > 1 && detail::is_for_one(algorithm))
      options.get("algorithm").fail(std::string(name_of(algorithm)) + " is for one recipient only");
  }
};

class codec final : public detail::wrapping_codec {
 public:
  /// `to` has the key of each recipient of the plan.
  codec(const plan& options, jose::key with, std::vector<jose::key> to)
      : wrapping_codec(options.part, options.recipients.size() > 1),
        plan_(options),
        with_(std::move(with)),
        keys_(std::move(to)) {
    for (std::size_t i = 0; i != keys_.size(); ++i) to_.push_back({plan_.recipients[i], &keys_[i], plan_.algorithm});
  }

  // Both signs and encrypts.
  [[nodiscard]] bool is_light() const noexcept override { return false; }

 protected:
  std::expected<std::string, jose::error> wrap(std::string_view content, std::string_view content_type,
                                               std::string_view place, clock::wall_time now) const override {
    jose::sealing how;
    how.signer = plan_.signer;
    how.with = &with_;
    how.algorithm = plan_.signature;
    how.to = to_;
    how.encryption = plan_.encryption;
    how.content_type = content_type.empty() ? "application/octet-stream" : content_type;
    how.place = place;
    how.context = plan_.context;
    if (plan_.lifetime) {
      how.issued = std::chrono::floor<seconds>(now);
      how.expires = *how.issued + *plan_.lifetime;
    }
    return jose::seal(content, how);
  }

 private:
  plan plan_;
  jose::key with_;
  std::vector<jose::key> keys_;
  std::vector<jose::seal_recipient> to_;
};

detail::made_codec make_codec(const plan& options, std::span<const jose::key_set* const> keys) {
  auto with = detail::signing_key(*keys[0], options.signature);
  if (!with) return std::unexpected(detail::unfit_keys{0, with.error()});
  std::vector<jose::key> to;
  for (std::size_t i = 1; i != keys.size(); ++i) {
    auto one = detail::recipient_key(*keys[i], options.algorithm, options.encryption);
    if (!one) return std::unexpected(detail::unfit_keys{i, one.error()});
    to.push_back(std::move(*one));
  }
  return std::make_shared<codec>(options, std::move(*with), std::move(to));
}

std::unique_ptr<detail::body_work> make(stage_setup& setup) {
  detail::body_settings settings = detail::read_body_settings(setup, detail::body_change::wraps, false);
  plan options(setup.options(), settings);
  const std::vector<config::node> files = options.files;
  return std::make_unique<detail::body_work>(
      setup, "seal", std::move(settings), files,
      [options = std::move(options)](std::span<const jose::key_set* const> keys) { return make_codec(options, keys); });
}

}  // namespace

seal::seal(stage_setup& setup) : body_stage(make(setup)) {}

CANDELA_STAGE("seal", seal);

}  // namespace candela::middleware
