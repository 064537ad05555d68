#include <algorithm>
#include <candela/jose/jwe.hpp>
#include <candela/middleware/jwe_decrypt.hpp>
#include <candela/server/extension.hpp>

#include "middleware/detail/body_work.hpp"
#include "middleware/detail/jose_options.hpp"

namespace candela::middleware {

namespace {

/// The options.
struct plan {
  plan(config::reader& options, const detail::body_settings& settings)
      : part(settings.part), type(options.string("type", "")) {
    rules.algorithms = detail::read_key_algorithms(options, "algorithms");
    rules.encryption = detail::read_content_algorithms(options, "encryption");
    rules.json = options.boolean("json", false);
    rules.max_bytes = settings.max_bytes;
  }

  detail::body_part part;
  std::string type;
  jose::decryption_rules rules;
};

class codec final : public detail::unwrapping_codec {
 public:
  codec(const plan& options, const jose::key_set& keys)
      : unwrapping_codec(options.part),
        keys_(keys),
        type_(options.type),
        slow_(std::ranges::any_of(keys_.keys(), detail::is_slow)),
        rules_(options.rules) {
    rules_.type = type_;
  }

  [[nodiscard]] bool is_light() const noexcept override { return part().places.size() <= 1 && !slow_ && !rules_.json; }

 protected:
  std::expected<detail::unwrapped, jose::error> unwrap(std::string_view message, std::string_view,
                                                       clock::wall_time) const override {
    arena memory;
    auto read = jose::decrypt(message, keys_, rules_, memory);
    if (!read) return std::unexpected(read.error());
    return detail::unwrapped{std::move(read->content), std::string(read->protected_header.content_type), {}, {}};
  }

 private:
  jose::key_set keys_;
  std::string type_;
  bool slow_;
  jose::decryption_rules rules_;
};

std::unique_ptr<detail::body_work> make(stage_setup& setup) {
  detail::body_settings settings = detail::read_body_settings(setup, detail::body_change::unwraps, false);
  auto make_codec =
      [options = plan(setup.options(), settings)](std::span<const jose::key_set* const> keys) -> detail::made_codec {
    const auto fits = detail::require_opener(*keys[0], options.rules.algorithms, options.rules.encryption);
    if (!fits) return std::unexpected(detail::unfit_keys{0, fits.error()});
    return std::make_shared<codec>(options, *keys[0]);
  };
  return std::make_unique<detail::body_work>(setup, "jwe_decrypt", std::move(settings),
                                             std::vector{setup.options().get("keys")}, std::move(make_codec));
}

}  // namespace

jwe_decrypt::jwe_decrypt(stage_setup& setup) : body_stage(make(setup)) {}

CANDELA_STAGE("jwe_decrypt", jwe_decrypt);

}  // namespace candela::middleware
