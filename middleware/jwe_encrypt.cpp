#include <candela/jose/jwe.hpp>
#include <candela/middleware/jwe_encrypt.hpp>
#include <candela/server/extension.hpp>

#include "middleware/detail/body_work.hpp"
#include "middleware/detail/jose_options.hpp"
#include "middleware/detail/wrapping.hpp"

namespace candela::middleware {

namespace {

/// The options.
struct plan {
  plan(config::reader& options, const detail::body_settings& settings)
      : part(settings.part),
        algorithm(detail::read_algorithm(options, "algorithm", jose::key_algorithm::ecdh_es_a256kw)),
        encryption(detail::read_algorithm(options, "encryption", jose::content_algorithm::a256gcm)),
        type(options.string("type", "")) {}

  detail::body_part part;
  jose::key_algorithm algorithm;
  jose::content_algorithm encryption;
  std::string type;
};

// Why not every key of the file can have the content encrypted for it; empty when all can.
std::string misfit(const plan& options, const jose::key_set& keys) {
  const std::string algorithm(name_of(options.algorithm));
  for (const jose::key& each : keys.keys()) {
    if (!each.fits(options.algorithm, options.encryption, jose::key_operation::encrypt))
      return "a key in the file does not fit " + algorithm;
  }
  return keys.keys().size() > 1 && detail::is_for_one(options.algorithm) ? algorithm + " is for one recipient only"
                                                                         : "";
}

class codec final : public detail::wrapping_codec {
 public:
  codec(const plan& options, const jose::key_set& keys)
      : wrapping_codec(options.part, keys.keys().size() > 1),
        keys_(keys),
        encryption_(options.encryption),
        type_(options.type) {
    for (const jose::key& each : keys_.keys()) to_.push_back({&each, options.algorithm});
  }

  [[nodiscard]] bool is_light() const noexcept override { return part().places.size() <= 1 && to_.size() == 1; }

 protected:
  std::expected<std::string, jose::error> wrap(std::string_view content, std::string_view content_type,
                                               std::string_view, clock::wall_time) const override {
    const jose::encryption_header said{.type = type_, .content_type = content_type};
    if (to_.size() > 1) return jose::encrypt_json(content, to_, encryption_, said);
    return jose::encrypt(content, *to_.front().to, to_.front().algorithm, encryption_, said);
  }

 private:
  jose::key_set keys_;
  jose::content_algorithm encryption_;
  std::string type_;
  std::vector<jose::recipient> to_;
};

std::unique_ptr<detail::body_work> make(stage_setup& setup) {
  detail::body_settings settings = detail::read_body_settings(setup, detail::body_change::wraps, false);
  auto make_codec =
      [options = plan(setup.options(), settings)](std::span<const jose::key_set* const> keys) -> detail::made_codec {
    if (std::string why = misfit(options, *keys[0]); !why.empty())
      return std::unexpected(detail::unfit_keys{0, std::move(why)});
    return std::make_shared<codec>(options, *keys[0]);
  };
  return std::make_unique<detail::body_work>(setup, "jwe_encrypt", std::move(settings),
                                             std::vector{setup.options().get("keys")}, std::move(make_codec));
}

}  // namespace

jwe_encrypt::jwe_encrypt(stage_setup& setup) : body_stage(make(setup)) {}

CANDELA_STAGE("jwe_encrypt", jwe_encrypt);

}  // namespace candela::middleware
