#include <candela/jose/seal.hpp>
#include <candela/middleware/seal.hpp>
#include <candela/server/extension.hpp>

#include "middleware/detail/body_work.hpp"
#include "middleware/detail/jose_options.hpp"
#include "middleware/detail/wrapping.hpp"

namespace candela::middleware {

namespace {

using std::chrono::seconds;

/// Somebody who can open it.
struct named_recipient {
  std::string name;
  jose::key to;
};

std::vector<named_recipient> read_recipients(config::reader& options, jose::key_algorithm algorithm,
                                             jose::content_algorithm encryption) {
  std::vector<named_recipient> read;
  for (const config::node::member& each : options.members("recipients")) {
    if (each.key.empty()) each.value.fail("a recipient has no name");
    const jose::key_set keys = detail::read_keys(each.value);
    read.push_back({std::string(each.key), detail::recipient_key(keys, algorithm, encryption, each.value)});
  }
  if (read.empty()) options.get("recipients").fail("those who can open it have to be named");
  return read;
}

/// The options, as `sealing` wants them.
struct seal_plan {
  explicit seal_plan(config::reader& options)
      : signer(options.string("signer")),
        signature(detail::read_algorithm(options, "signature", jose::signature_algorithm::es256)),
        with(detail::signing_key(detail::read_keys(options.get("keys")), signature, options.get("keys"))),
        algorithm(detail::read_algorithm(options, "algorithm", jose::key_algorithm::ecdh_es_a256kw)),
        encryption(detail::read_algorithm(options, "encryption", jose::content_algorithm::a256gcm)),
        recipients(read_recipients(options, algorithm, encryption)),
        context(options.string("context", "")) {
    using namespace std::chrono_literals;
    if (with.kind() == jose::key_kind::oct) options.get("signature").fail("a MAC does not tell who has signed");
    if (signer.empty()) options.get("signer").fail("the author has to be named");
    const bool fixes_key = algorithm == jose::key_algorithm::dir || algorithm == jose::key_algorithm::ecdh_es;
    if (recipients.size() > 1 && fixes_key)
      options.get("algorithm").fail(std::string(name_of(algorithm)) + " is for one recipient only");
    if (options.has("lifetime"))
      lifetime = std::chrono::duration_cast<seconds>(options.duration("lifetime", {1s, 24h * 366}));
  }

  std::string signer;
  jose::signature_algorithm signature;
  jose::key with;
  jose::key_algorithm algorithm;
  jose::content_algorithm encryption;
  std::vector<named_recipient> recipients;
  std::string context;
  std::optional<seconds> lifetime;
};

class codec final : public detail::wrapping_codec {
 public:
  codec(detail::body_part part, seal_plan plan)
      : wrapping_codec(std::move(part), plan.recipients.size() > 1), plan_(std::move(plan)) {
    for (const named_recipient& each : plan_.recipients) to_.push_back({each.name, &each.to, plan_.algorithm});
  }

  // Both signs and encrypts.
  [[nodiscard]] bool is_light() const noexcept override { return false; }

 protected:
  std::expected<std::string, jose::error> wrap(std::string_view content, std::string_view content_type,
                                               std::string_view place, clock::wall_time now) const override {
    jose::sealing how;
    how.signer = plan_.signer;
    how.with = &plan_.with;
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
  seal_plan plan_;
  std::vector<jose::seal_recipient> to_;
};

std::unique_ptr<detail::body_work> make(stage_setup& setup) {
  detail::body_settings settings = detail::read_body_settings(setup, detail::body_change::wraps, false);
  auto made = std::make_shared<codec>(settings.part, seal_plan(setup.options()));
  return std::make_unique<detail::body_work>(setup, "seal", std::move(settings), std::move(made));
}

}  // namespace

seal::seal(stage_setup& setup) : body_stage(make(setup)) {}

CANDELA_STAGE("seal", seal);

}  // namespace candela::middleware
