#include <algorithm>
#include <candela/jose/jwe.hpp>
#include <candela/middleware/jwe_decrypt.hpp>
#include <candela/server/extension.hpp>

#include "middleware/detail/body_work.hpp"
#include "middleware/detail/jose_options.hpp"

namespace candela::middleware {

namespace {

class codec final : public detail::unwrapping_codec {
 public:
  codec(detail::body_part part, config::reader& options, std::size_t max_bytes)
      : unwrapping_codec(std::move(part)),
        keys_(detail::read_keys(options.get("keys"))),
        type_(options.string("type", "")),
        slow_(std::ranges::any_of(keys_.keys(), detail::is_slow)) {
    rules_.algorithms = detail::read_key_algorithms(options, "algorithms");
    rules_.encryption = detail::read_content_algorithms(options, "encryption");
    rules_.type = type_;
    rules_.json = options.boolean("json", false);
    rules_.max_bytes = max_bytes;
    detail::require_opener(keys_, rules_.algorithms, rules_.encryption, options.get("keys"));
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
  auto made = std::make_shared<codec>(settings.part, setup.options(), settings.max_bytes);
  return std::make_unique<detail::body_work>(setup, "jwe_decrypt", std::move(settings), std::move(made));
}

}  // namespace

jwe_decrypt::jwe_decrypt(stage_setup& setup) : body_stage(make(setup)) {}

CANDELA_STAGE("jwe_decrypt", jwe_decrypt);

}  // namespace candela::middleware
