#include <candela/jose/jwe.hpp>
#include <candela/middleware/jwe_encrypt.hpp>
#include <candela/server/extension.hpp>

#include "middleware/detail/body_work.hpp"
#include "middleware/detail/jose_options.hpp"
#include "middleware/detail/wrapping.hpp"

namespace candela::middleware {

namespace {

class codec final : public detail::wrapping_codec {
 public:
  codec(detail::body_part part, config::reader& options, jose::key_set keys)
      : wrapping_codec(std::move(part), keys.keys().size() > 1),
        keys_(std::move(keys)),
        encryption_(detail::read_algorithm(options, "encryption", jose::content_algorithm::a256gcm)),
        type_(options.string("type", "")) {
    const auto algorithm = detail::read_algorithm(options, "algorithm", jose::key_algorithm::ecdh_es_a256kw);
    for (const jose::key& each : keys_.keys()) {
      if (!each.fits(algorithm, encryption_, jose::key_operation::encrypt))
        options.get("keys").fail("a key in the file does not fit " + std::string(name_of(algorithm)));
      to_.push_back({&each, algorithm});
    }
    const bool fixes_key = algorithm == jose::key_algorithm::dir || algorithm == jose::key_algorithm::ecdh_es;
    if (to_.size() > 1 && fixes_key)
      options.get("algorithm").fail(std::string(name_of(algorithm)) + " is for one recipient only");
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
  jose::key_set keys = detail::read_keys(setup.options().get("keys"));
  auto made = std::make_shared<codec>(settings.part, setup.options(), std::move(keys));
  return std::make_unique<detail::body_work>(setup, "jwe_encrypt", std::move(settings), std::move(made));
}

}  // namespace

jwe_encrypt::jwe_encrypt(stage_setup& setup) : body_stage(make(setup)) {}

CANDELA_STAGE("jwe_encrypt", jwe_encrypt);

}  // namespace candela::middleware
