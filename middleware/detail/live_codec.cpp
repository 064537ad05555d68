#include "middleware/detail/live_codec.hpp"

#include <algorithm>
#include <candela/core/log.hpp>
#include <stdexcept>

namespace candela::middleware::detail {

namespace {

std::unique_ptr<keys::key_watch> watch_of(stage_setup& setup, const config::node& file) {
  if (file.is_null()) file.fail("a file of keys has to be named");
  keys::key_source_options wanted;
  wanted.location = file.as_path().string();
  try {
    return std::make_unique<keys::key_watch>(keys::key_source::shared(wanted, setup.lanes(), setup.metrics()),
                                             setup.worker());
  } catch (const std::runtime_error& wrong) {
    file.fail(wrong.what());
  }
}

}  // namespace

live_codec::live_codec(stage_setup& setup, const std::vector<config::node>& files, codec_maker make)
    : make_(std::move(make)) {
  for (const config::node& each : files) watches_.push_back(watch_of(setup, each));
  auto made = make_one();
  if (!made) files[made.error().file].fail(made.error().why);
  codec_ = std::move(*made);
}

made_codec live_codec::make_one() {
  used_.clear();
  std::vector<const jose::key_set*> keys;
  for (const auto& each : watches_) keys.push_back(&used_.emplace_back(each->current())->keys);
  return make_(keys);
}

bool live_codec::is_newest() const noexcept {
  return std::ranges::equal(used_, watches_, {}, {}, [](const auto& watch) { return watch->current(); });
}

const std::shared_ptr<const body_codec>& live_codec::current() {
  if (is_newest()) return codec_;
  auto made = make_one();
  if (made) {
    codec_ = std::move(*made);
  } else {
    log::warn("new keys do not fit and are not used",
              log::field("file", watches_[made.error().file]->source().options().location),
              log::field("why", made.error().why));
  }
  return codec_;
}

}  // namespace candela::middleware::detail
