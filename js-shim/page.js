// Facts that only the browser has. None of them needs a layout.

/**
 * The page as it is now, and a text that changes when it does.
 * @returns {[{url: string, title: string, referrer: string}, string]}
 */
export const pageFacts = () => {
  const { title, referrer } = document;
  const url = location.href;
  return [{ url, title, referrer }, url + title];
};

/** Members for each event's context, read once a page (Segment's names). */
export const browserFacts = () => {
  const { userAgent, userAgentData, language } = navigator;
  const { width, height } = screen;
  return {
    userAgent,
    userAgentData: userAgentData && {
      brands: userAgentData.brands,
      mobile: userAgentData.mobile,
      platform: userAgentData.platform,
    },
    locale: language,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    screen: { width, height, density: devicePixelRatio },
  };
};
