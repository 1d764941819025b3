// Facts that only the browser has. None of them needs a layout.

/** The page as it is now. */
export const pageFacts = () => {
  const { title, referrer } = document;
  return { url: location.href, title, referrer };
};

/** Members for each event's context, read once a page (Segment's names). */
export const browserFacts = () => {
  const { userAgent, userAgentData, language } = navigator;
  const { width, height } = screen;
  return {
    userAgent,
    userAgentData, // as JSON: brands, mobile, platform
    locale: language,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    screen: { width, height, density: devicePixelRatio },
  };
};
