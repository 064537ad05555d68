// Awaiting all of several tasks, or the first of them.
#pragma once

#include <candela/core/when_all.hpp>
#include <candela/core/when_any.hpp>
