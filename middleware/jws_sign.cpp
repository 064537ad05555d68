#include <candela/jose/jws.hpp>
#include <candela/middleware/jws_sign.hpp>
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
        algorithm(detail::read_algorithm(options, "algorithm", jose::signature_algorithm::es256)),
        type(options.string("type", "")),
        encoded(!options.boolean("unencoded", false)) {
    if (!encoded && part.shape != detail::body_shape::detached)
      options.get("unencoded").fail("only a detached signature can be of a body that is not encoded");
  }

  detail::body_part part;
  jose::signature_algorithm algorithm;
  std::string type;
  bool encoded;
};

class codec final : public detail::wrapping_codec {
 public:
  codec(const plan& options, jose::key with)
      : wrapping_codec(options.part),
        algorithm_(options.algorithm),
        key_(std::move(with)),
        type_(options.type),
        encoded_(options.encoded) {}

  [[nodiscard]] bool is_light() const noexcept override { return part().places.size() <= 1 && !detail::is_slow(key_); }

 protected:
  std::expected<std::string, jose::error> wrap(std::string_view content, std::string_view content_type,
                                               std::string_view, clock::wall_time) const override {
    return jose::sign(content, key_, algorithm_, said(content_type));
  }
  std::expected<std::string, jose::error> sign_detached(const detail::body_message& message) const override {
    return jose::sign_detached(message.body, key_, algorithm_, said(message.content_type));
  }

 private:
  [[nodiscard]] jose::signature_header said(std::string_view content_type) const noexcept {
    return {.type = type_, .content_type = content_type, .encoded_payload = encoded_};
  }

  jose::signature_algorithm algorithm_;
  jose::key key_;
  std::string type_;
  bool encoded_;
};

std::unique_ptr<detail::body_work> make(stage_setup& setup) {
  detail::body_settings settings = detail::read_body_settings(setup, detail::body_change::wraps, true);
  auto make_codec =
      [options = plan(setup.options(), settings)](std::span<const jose::key_set* const> keys) -> detail::made_codec {
    auto with = detail::signing_key(*keys[0], options.algorithm);
    if (!with) return std::unexpected(detail::unfit_keys{0, with.error()});
    return std::make_shared<codec>(options, std::move(*with));
  };
  return std::make_unique<detail::body_work>(setup, "jws_sign", std::move(settings),
                                             std::vector{setup.options().get("keys")}, std::move(make_codec));
}

}  // namespace

jws_sign::jws_sign(stage_setup& setup) : body_stage(make(setup)) {}

CANDELA_STAGE("jws_sign", jws_sign);

}  // namespace candela::middleware
