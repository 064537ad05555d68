// Private to the room: what our code throws ends before libuv, whose frames know nothing of exceptions.
#pragma once

#include <candela/core/log.hpp>
#include <exception>
#include <string_view>

namespace candela::net {

/// Calls `work` and logs what it throws, as that of `whose`. False when it threw.
template <class Work>
bool contain(std::string_view whose, Work&& work) noexcept {
  try {
    work();
    return true;
  } catch (const std::exception& what) {
    log::error("an exception in the event loop", log::field("of", whose), log::field("what", what.what()));
  } catch (...) {
    log::error("an exception in the event loop", log::field("of", whose));
  }
  return false;
}

}  // namespace candela::net
