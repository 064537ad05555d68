#include <candela/jose/jws_json.hpp>
#include <candela/middleware/jws_verify.hpp>
#include <candela/server/extension.hpp>

#include "middleware/detail/body_work.hpp"
#include "middleware/detail/jose_options.hpp"

namespace candela::middleware {

namespace {

using detail::body_message;
using detail::unwrapped;

/// The options.
struct plan {
  plan(config::reader& options, const detail::body_settings& settings)
      : part(settings.part), type(options.string("type", "")), json(options.boolean("json", false)) {
    rules.algorithms = detail::read_signature_algorithms(options, "algorithms");
    rules.max_bytes = settings.max_bytes;
    rules.header.unencoded_payload = options.boolean("unencoded", false);
    const bool detached = part.shape == detail::body_shape::detached;
    if (rules.header.unencoded_payload && !detached)
      options.get("unencoded").fail("only a detached signature can be of a body that is not encoded");
    if (json && detached) options.get("json").fail("a signature in a header field is a compact one");
  }

  detail::body_part part;
  std::string type;
  bool json;
  jose::signature_rules rules;
};

class codec final : public detail::unwrapping_codec {
 public:
  codec(const plan& options, const jose::key_set& keys)
      : unwrapping_codec(options.part), keys_(keys), type_(options.type), json_(options.json), rules_(options.rules) {
    rules_.type = type_;
  }

  [[nodiscard]] bool is_light() const noexcept override { return part().places.size() <= 1 && !json_; }

 protected:
  std::expected<unwrapped, jose::error> unwrap(std::string_view message, std::string_view,
                                               clock::wall_time) const override {
    arena memory;
    if (json_ && message.starts_with('{')) return unwrap_json(message, memory);
    const auto read = jose::verify(message, keys_, rules_, memory);
    if (!read) return std::unexpected(read.error());
    return signed_content(read->payload, read->protected_header, *read->by);
  }

  std::expected<std::string, jose::error> verify_detached(const body_message& message) const override {
    arena memory;
    const auto read = jose::verify_detached(message.signature, message.body, keys_, rules_, memory);
    if (!read) return std::unexpected(read.error());
    const std::string_view said = read->protected_header.content_type;
    if (!said.empty() && !jose::same_media_type(said, message.content_type))
      return std::unexpected(jose::error{jose::failure::type_mismatch, "cty is not the Content-Type"});
    return std::string(read->by->id());
  }

 private:
  static unwrapped signed_content(std::string_view payload, const jose::header& said, const jose::key& by) {
    return {jose::secret_bytes(std::as_bytes(std::span(payload))),
            std::string(said.content_type),
            {},
            std::string(by.id())};
  }

  std::expected<unwrapped, jose::error> unwrap_json(std::string_view message, arena& memory) const {
    const auto read = jose::verify_json(message, keys_, {.signature = rules_}, memory);
    if (!read) return std::unexpected(read.error());
    const jose::checked_signature& first = read->signatures.front();
    // One body has one type, whoever says it.
    for (const jose::checked_signature& each : read->signatures) {
      if (each.protected_header.content_type != first.protected_header.content_type)
        return std::unexpected(jose::error{jose::failure::type_mismatch, "cty differs between signatures"});
    }
    return signed_content(read->payload, first.protected_header, *first.by);
  }

  jose::key_set keys_;
  std::string type_;
  bool json_;
  jose::signature_rules rules_;
};

std::unique_ptr<detail::body_work> make(stage_setup& setup) {
  detail::body_settings settings = detail::read_body_settings(setup, detail::body_change::unwraps, true);
  auto make_codec =
      [options = plan(setup.options(), settings)](std::span<const jose::key_set* const> keys) -> detail::made_codec {
    if (auto fits = detail::require_verifier(*keys[0], options.rules.algorithms); !fits)
      return std::unexpected(detail::unfit_keys{0, fits.error()});
    return std::make_shared<codec>(options, *keys[0]);
  };
  return std::make_unique<detail::body_work>(setup, "jws_verify", std::move(settings),
                                             std::vector{setup.options().get("keys")}, std::move(make_codec));
}

}  // namespace

jws_verify::jws_verify(stage_setup& setup) : body_stage(make(setup)) {}

CANDELA_STAGE("jws_verify", jws_verify);

}  // namespace candela::middleware
