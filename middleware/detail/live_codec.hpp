// A codec that follows its files of keys.
#pragma once

#include <candela/config/node.hpp>
#include <candela/jose/key_set.hpp>
#include <candela/keys/key_watch.hpp>
#include <candela/server/stage_setup.hpp>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "middleware/detail/body_codec.hpp"

namespace candela::middleware::detail {

/// Keys that cannot be used as the options say: those of which file, and why.
struct unfit_keys {
  std::size_t file = 0;
  std::string why;
};

/// Makes the codec of the present content of all files, in their order.
using made_codec = std::expected<std::shared_ptr<const body_codec>, unfit_keys>;
using codec_maker = std::function<made_codec(std::span<const jose::key_set* const>)>;

/// Belongs to one worker, never moved. A file that is replaced (by renaming) counts within two seconds; what then
/// cannot be read or does not fit leaves the codec as it was, and is logged.
class live_codec {
 public:
  /// Each node names a file: JWK, JWK set, or keys and certificates as PEM. Throws `config::error` for the node whose
  /// keys cannot be read or do not fit.
  live_codec(stage_setup& setup, const std::vector<config::node>& files, codec_maker make);

  /// The codec of the newest keys. Whoever waits copies the pointer.
  [[nodiscard]] const std::shared_ptr<const body_codec>& current();

 private:
  [[nodiscard]] made_codec make_one();
  [[nodiscard]] bool is_newest() const noexcept;

  codec_maker make_;
  std::vector<std::unique_ptr<keys::key_watch>> watches_;
  std::vector<keys::key_snapshot_ptr> used_;  // what the codec was made of, or could not be
  std::shared_ptr<const body_codec> codec_;
};

}  // namespace candela::middleware::detail
