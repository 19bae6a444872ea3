"""`screener rules mutate`: would the project's cases notice a slip?"""
